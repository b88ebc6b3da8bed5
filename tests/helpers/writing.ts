/** A simulated site that may be written to, and a warehouse with its journal: what tests of writing run on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator.js';
import type { InputRow } from '../../src/actions/plan/change.js';
import { openSite } from '../../src/app/open.js';
import type { WriteJob } from '../../src/app/write/job.js';
import { write } from '../../src/app/write/write.js';
import type { Written } from '../../src/app/write/written.js';
import { type Clock, systemClock } from '../../src/core/clock.js';
import { openForReading } from '../../src/query/open.js';

export interface Writing {
  readonly jira: Simulator;
  readonly root: string;
  readonly clock: Clock;
  job(action: string, rows: WriteJob['rows'], more?: Partial<WriteJob>): WriteJob;
  /** Sends a set of rows. */
  send(action: string, rows: WriteJob['rows'], more?: Partial<WriteJob>): Promise<Written>;
  look(action: string, rows: WriteJob['rows'], more?: Partial<WriteJob>): Promise<Written>;
  /** Requests that were carried out, by method and route. */
  executed(): readonly string[];
  rows(sql: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export const ACTIONS = [
  ...['create_issue', 'update_issue', 'assign_issue', 'delete_issue', 'transition', 'add_comment', 'update_comment'],
  ...['delete_comment', 'create_worklog', 'update_worklog', 'delete_worklog', 'create_issue_link', 'delete_issue_link'],
  'add_attachment',
];

export const rowsOf = (cells: readonly InputRow['cells'][]): readonly InputRow[] =>
  cells.map((one, at) => ({ line: at + 2, cells: one }));

/** The place of an issue on the simulated site. */
export const placeOf = ({ jira }: Pick<Writing, 'jira'>, key: string): number => {
  const place = jira.site.find(key);
  if (place === undefined) throw new Error(`there is no ${key}`);
  return place;
};
export const idOf = (on: Pick<Writing, 'jira'>, key: string): string => on.jira.site.idOf(placeOf(on, key));
export const statusOf = (on: Pick<Writing, 'jira'>, key: string): string | undefined => {
  const { directory, table } = on.jira.site;
  return directory.statuses[table.status[placeOf(on, key)] ?? -1]?.name;
};

/** Keys of issues of a project, the oldest first. */
export const keysIn = ({ jira: { site } }: Pick<Writing, 'jira'>, project: string): readonly string[] =>
  Array.from({ length: site.table.size }, (_, place) => place)
    .filter((place) => site.table.visible[place] === 1)
    .map((place) => site.keyAt(place))
    .filter((key) => key.startsWith(`${project}-`));

/** Every third answer to a change is lost after it was carried out, from the third on. */
export function losing({ faults }: Pick<Simulator, 'faults'>): void {
  const times = Number.POSITIVE_INFINITY;
  faults.add({ match: 'writes', times, after: 2, every: 3, destroyAfterWork: true });
}

/** The site's clock goes on where the connector sleeps: a quarter of an hour is over at once. */
export async function writing(options: SimulatorOptions = {}): Promise<Writing> {
  const jira = await startSimulator({ issues: 60, projects: 3, ...options });
  const root = mkdtempSync(join(tmpdir(), 'writing-'));
  const clock: Clock = { ...systemClock, wall: () => jira.now(), sleep: async (ms) => void jira.edit.advance(ms) };
  const auth =
    options.deployment === 'datacenter'
      ? ({ type: 'pat', token: jira.pat } as const)
      : ({ type: 'basic', email: jira.email, api_token: jira.apiToken } as const);
  const connection = openSite({ name: 'demo', url: jira.url, auth, throttle: { requests_per_second: 100 } });
  const settings = { actions: ACTIONS, projects: ['ENG', 'OPS'], maxRows: 1000, files: root };
  const job: Writing['job'] = (action, rows, more) => ({
    ...{ connection, warehouse: { root }, write: settings, action, rows, single: false, send: false },
    source: Array.isArray(rows) ? JSON.stringify(rows.at(-1)) : 'asked',
    ...more,
  });
  return {
    ...{ jira, root, clock, job },
    send: (action, rows, more) => write(job(action, rows, { send: true, ...more }), { clock }),
    look: (action, rows, more) => write(job(action, rows, more), { clock }),
    executed: () => jira.writes.executed,
    async rows(sql) {
      const warehouse = await openForReading({ root });
      try {
        return (await warehouse.read(sql)).getRowObjectsJson() as Record<string, unknown>[];
      } finally {
        warehouse.close();
      }
    },
    async close() {
      await jira.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
