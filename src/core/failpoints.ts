/**
 * Named places where a test lets the process die or an operation fail. Inert until armed at start.
 *
 * Order within one commit: data files, FP1, their fsync, FP2, manifests, FP3, manifest list, FP4, prepared metadata file,
 * FP5, link (the commit point), FP6, fsync of the metadata folder, FP7, removal of the prepared file's name, FP10, version
 * hint, FP8, removal of outdated metadata files, FP9. In an object store FP5 and FP6 stand around the conditional put of any
 * object, leases included, and FP7 and FP10 nowhere.
 */
import { ConnectorError } from './errors.js';

export const FAILPOINT = {
  dataFilesWritten: 'FP1',
  dataFilesDurable: 'FP2',
  manifestsWritten: 'FP3',
  manifestListWritten: 'FP4',
  metadataPrepared: 'FP5',
  versionLinked: 'FP6',
  versionDurable: 'FP7',
  hintWritten: 'FP8',
  outdatedRemoved: 'FP9',
  preparedRemoved: 'FP10',
} as const;

export type Failpoint = (typeof FAILPOINT)[keyof typeof FAILPOINT];

const SYNTAX = /^(FP\d+):([1-9]\d*):(kill|ENOSPC|EIO)$/;

interface Armed {
  readonly point: string;
  readonly pass: number;
  readonly action: string;
  passed: number;
}

let armed: Armed | null = null;

/**
 * Arms one failpoint for this process: `FP5:3:kill` ends it by SIGKILL at the third pass of FP5; `ENOSPC` and `EIO` in place
 * of `kill` throw an error with that code. An empty text disarms.
 * @throws ConnectorError kind `usage` for any other text.
 */
export function armFailpoints(text: string): void {
  if (text === '') {
    armed = null;
    return;
  }
  const [, point, pass, action] = SYNTAX.exec(text) ?? [];
  const known: readonly string[] = Object.values(FAILPOINT);
  if (!point || !action || !known.includes(point)) {
    throw new ConnectorError(
      'usage',
      `Failpoint "${text}" is not understood: expected POINT:PASS:ACTION such as FP5:3:kill, with FP1 to FP10 and kill, ENOSPC or EIO.`,
    );
  }
  armed = { point, pass: Number(pass), action, passed: 0 };
}

/** Marks that the commit has come to this place. */
export function failpoint(point: Failpoint): void {
  if (armed?.point !== point || ++armed.passed !== armed.pass) return;
  if (armed.action === 'kill') process.kill(process.pid, 'SIGKILL');
  throw Object.assign(new Error(`${armed.action}: failpoint ${point}`), { code: armed.action });
}
