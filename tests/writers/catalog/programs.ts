/** What child processes of the catalog's tests do, and how they are started. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { armFailpoints } from '../../../src/core/failpoints.js';
import { CommitConflict } from '../../../src/writers/iceberg/errors.js';
import { dataFile } from '../iceberg/files.js';
import { append, fileCatalog, ITEMS, make, setProperties } from './tables.js';

/** Commits until it has succeeded `times` times; after a conflict it loads the table again. */
export async function race({ root, times, rows }: { root: string; times: number; rows: boolean }) {
  const catalog = await fileCatalog(root);
  for (let done = 0; done < times; ) {
    const base = await catalog.load('acme', 'items');
    const change = rows ? append(dataFile(`/data/${process.pid}-${done}`)) : setProperties({ last: 'same for all' });
    try {
      await (base ? catalog.commit(base, change) : make(catalog, ITEMS, change));
      done += 1;
    } catch (error) {
      if (!(error instanceof CommitConflict)) throw error;
    }
  }
}

/** Three commits, the third rewriting the first's file; the state property names the last one done. */
export async function threeCommits({ root, failpoint }: { root: string; failpoint: string }) {
  armFailpoints(failpoint);
  const catalog = await fileCatalog(root);
  const properties = (at: number) => ({ state: String(at), 'write.metadata.previous-versions-max': '1' });
  let version = await make(catalog, ITEMS, { ...append(dataFile('/1')), properties: properties(1) });
  version = await catalog.commit(version, { ...append(dataFile('/2')), properties: properties(2) });
  const remove = (await catalog.files(version)).data.filter(({ location }) => location === '/1');
  await catalog.commit(version, { operation: 'overwrite', add: [dataFile('/3')], remove, properties: properties(3) });
}

/** Runs one of the programs above in a process of its own. */
export async function runProgram(
  name: string,
  input: unknown,
): Promise<{ code: number | null; signal: string | null }> {
  const entry = fileURLToPath(new URL('../support/child.mjs', import.meta.url));
  const child = fork(entry, [fileURLToPath(import.meta.url), name, JSON.stringify(input)], { silent: true });
  child.stderr?.pipe(process.stderr);
  const [code, signal] = await once(child, 'close');
  return { code, signal };
}
