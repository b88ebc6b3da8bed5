/** Service management has no OpenAPI document at hand: our own list stands for it, and every route and every simulated answer is held against it. */
import { expect, test } from 'vitest';
import { checkCalls } from '../../scripts/spec/answers.js';
import { checkContract } from '../../scripts/spec/contract.js';
import { loadSpecs, OWN_LISTS } from '../../scripts/spec/open-api.js';
import { walkSite } from '../../scripts/spec/site-walk.js';
import { startSimulator } from '../../simulator/simulator.js';
import { makeRegistry } from '../../src/runtime/streams/registry.js';
import { registry } from '../helpers/jira-and-warehouse.js';

const ours = makeRegistry(
  [...registry.streams.values()].filter(({ needs }) => needs.product === 'jira-service-management'),
);
const specs = loadSpecs(OWN_LISTS);

test('a route of service management that our list does not have, or a column that it does not know, is found', () => {
  const { findings } = checkContract(ours, specs);
  expect(findings.filter(({ problem }) => problem !== undefined)).toEqual([]);
  expect(new Set(findings.map(({ where }) => where.split('/')[0]))).toEqual(new Set(ours.streams.keys()));
});

test('the simulated service management answers every route as our list says', async () => {
  const jira = await startSimulator({ issues: 60, projects: 12 });
  try {
    const authorization = `Basic ${Buffer.from(`${jira.email}:${jira.apiToken}`).toString('base64')}`;
    const { findings, notes } = checkCalls(await walkSite(ours, { url: jira.url, authorization }), specs);
    expect(findings.filter(({ problem }) => problem !== undefined)).toEqual([]);
    expect(notes.filter((note) => /not checked|no record came/.test(note))).toEqual([]);
  } finally {
    await jira.close();
  }
});
