/** A run that writes, in a process of its own, to be killed. */
import type { InputRow } from '../../src/actions/plan/change.js';
import { openSite } from '../../src/app/open.js';
import { write } from '../../src/app/write/write.js';
import { systemClock } from '../../src/core/clock.js';

export interface ChildWrite {
  readonly jira: { readonly url: string; readonly email: string; readonly apiToken: string };
  readonly root: string;
  readonly action: string;
  readonly rows: readonly InputRow[];
}

/** In the child. The site's clock is moved by whoever starts it, so nothing is waited for here. */
export async function writeChild({ jira, root, action, rows }: ChildWrite): Promise<Readonly<Record<string, number>>> {
  const auth = { type: 'basic', email: jira.email, api_token: jira.apiToken } as const;
  const connection = openSite({ name: 'demo', url: jira.url, auth, throttle: { requests_per_second: 100 } });
  const settings = { actions: [action], projects: ['ENG'], maxRows: 1000 };
  const clock = { ...systemClock, sleep: async () => undefined };
  const job = {
    connection,
    warehouse: { root },
    write: settings,
    action,
    rows,
    single: false,
    source: 'rows',
    send: true,
  };
  const { report } = await write(job, { clock });
  const { done, failed, unknown, skipped } = report;
  return { done, failed, unknown, skipped };
}
