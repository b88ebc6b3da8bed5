// A run that writes, in a process of its own, to be killed: node write-child.mjs JSON. It runs what is compiled, which starts at once.
import { openSite } from '../../dist/src/app/open.js';
import { write } from '../../dist/src/app/write/write.js';
import { systemClock } from '../../dist/src/core/clock.js';

const { jira, root, action, rows } = JSON.parse(process.argv[2]);
const auth = { type: 'basic', email: jira.email, api_token: jira.apiToken };
const connection = openSite({ name: 'demo', url: jira.url, auth, throttle: { requests_per_second: 100 } });
// The site's clock is moved by whoever starts this, so nothing is waited for here.
const clock = { ...systemClock, sleep: async () => undefined };
const job = {
  ...{ connection, warehouse: { root }, write: { actions: [action], projects: ['ENG'], maxRows: 1000, files: null } },
  ...{ action, rows, single: false, source: 'rows', send: true },
};
const { report } = await write(job, { clock });
const { done, failed, unknown, skipped } = report;
process.stdout.write(`${JSON.stringify({ done, failed, unknown, skipped })}\n`);
