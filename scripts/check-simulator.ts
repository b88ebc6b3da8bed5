/** Checks the simulator's answers against Atlassian's OpenAPI documents: npm run check:simulator -- --spec FILE… */

import { startSimulator } from '../simulator/simulator.js';
import { readStreamFiles } from '../src/app/settings/package-files.js';
import { loadRegistry } from '../src/runtime/streams/load.js';
import { withSettingLists } from '../src/runtime/streams/setting-lists.js';
import { checkCalls } from './spec/answers.js';
import { judge, readDeviations, specFiles } from './spec/finding.js';
import { loadSpecs, OWN_LISTS, SAID_TO_BE_OURS } from './spec/open-api.js';
import { walkSite } from './spec/site-walk.js';
import { walkWrites } from './spec/write-walk.js';

/** What settings would name. */
const LISTS = { issue_properties: ['request-channel-type'] };

const files = specFiles(process.argv.slice(2), 'check:simulator');
const specs = loadSpecs([...OWN_LISTS, ...files]);
const simulator = await startSimulator({ issues: 120 });
try {
  const authorization = `Basic ${Buffer.from(`${simulator.email}:${simulator.apiToken}`).toString('base64')}`;
  const site = { url: simulator.url, authorization };
  const reads = await walkSite(withSettingLists(loadRegistry(readStreamFiles()), [], LISTS), site);
  simulator.writes.rules.permissions.DELETE_ISSUES = true;
  const calls = [...reads, ...(await walkWrites(site))];
  const { findings, notes } = checkCalls(calls, specs);
  const { lines, failed } = judge(findings, readDeviations('simulator'));
  console.log(
    [
      `note  ${SAID_TO_BE_OURS}`,
      ...notes.map((note) => `note  ${note}`),
      `note  ${calls.length} requests`,
      ...lines,
    ].join('\n'),
  );
  process.exitCode = failed > 0 ? 1 : 0;
} finally {
  await simulator.close();
}
