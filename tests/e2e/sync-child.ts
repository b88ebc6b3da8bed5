/** A sync in a process of its own, to be killed: small pages and small commits, so that there is a middle to die in. */
import { readStreamFiles } from '../../src/app/settings/package-files.js';
import { armFailpoints } from '../../src/core/failpoints.js';
import { loadRegistry } from '../../src/runtime/streams/load.js';
import type { Registry } from '../../src/runtime/streams/registry.js';
import { type Change, syncInto } from '../helpers/jira-and-warehouse.js';

export interface ChildSync {
  readonly jira: { readonly url: string; readonly email: string; readonly apiToken: string };
  readonly root: string;
  readonly streams: readonly string[];
  readonly change: Change;
  /** Armed before the sync. */
  readonly failpoint?: string;
  /** Issues on a page and in a batch; few when absent. */
  readonly pageSize?: number;
}

/** The registry with issue pages and batches of this many records. */
export function registryOfPages(size: number): Registry {
  return loadRegistry(
    readStreamFiles().map((file) =>
      file.file === 'streams/issue_search.yaml'
        ? { ...file, text: file.text.replaceAll(/(value|max): 100\b/g, `$1: ${size}`) }
        : file,
    ),
  );
}

export const PAGE = 10;

/** In the child. */
export async function syncChild({ jira, root, streams, change, failpoint, pageSize }: ChildSync): Promise<string[]> {
  armFailpoints(failpoint ?? '');
  const ran = await syncInto(jira, root, registryOfPages(pageSize ?? PAGE), streams, change);
  return ran.failures.map(String);
}
