/** Tables that the platform's people have upgraded, or partitioned in ways unknown here: read by query, refused by whatever would write them. */
import { expect, test } from 'vitest';
import { startSimulator } from '../../simulator/simulator.js';
import { runMain } from '../cli/run-main.js';
import { replaceMetadata } from './support/foreign.js';
import { batch, ITEMS, item, temporaryFolder, testWarehouse } from './support/tables.js';

const partitionedBy = (transform: string, column: number) => ({
  'partition-specs': [
    { 'spec-id': 0, fields: [] },
    { 'spec-id': 1, fields: [{ name: 'part', transform, 'source-id': column, 'field-id': 1000 }] },
  ],
  'default-spec-id': 1,
});
/** What others do, and what of it is told. */
const CHANGES = {
  v3: [{ 'format-version': 3 as const, 'next-row-id': 0 }, 'format version 3'],
  'an unknown transform': [partitionedBy('zorder[4]', 1), 'part: zorder[4]; known are identity, void, year,'],
  'a transform of a column that it is not for': [partitionedBy('bucket[4]', 5), 'part: bucket[4]'],
  'a column that is not there': [partitionedBy('identity', 99), 'part: identity'],
} as const;

test.each(Object.entries(CHANGES))('%s: is read by query, and refused by sync and maintain in words', async (_, [
  change,
  told,
]) => {
  const root = await temporaryFolder();
  const table = await (await testWarehouse(root)).open(ITEMS);
  for (const [index, id] of ['a', 'b', 'c'].entries()) {
    await table.write([item(id), item('a', index)]);
    await table.commit(batch(index + 1));
  }
  await table.close();
  await replaceMetadata(root, (metadata) => ({ ...metadata, ...change }));
  const argv = ['--warehouse', root];
  const query = await runMain([...argv, 'query', '--format', 'csv', 'SELECT count(*) AS n FROM items'], { cwd: root });
  expect(query).toMatchObject({ exitCode: 0, stdout: 'n\n3\n' });
  const writer = await testWarehouse(root, 'next');
  const refused = await writer.open(ITEMS).catch((error: unknown) => error);
  expect(refused).toMatchObject({ kind: 'usage', message: expect.stringContaining('What works: a new table') });
  expect(refused).toMatchObject({ message: expect.stringContaining(told) });
  const maintain = await runMain([...argv, 'maintain', '--retain-days', '0', '--retain-snapshots', '1'], { cwd: root });
  expect(maintain).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('not written') });
});

test.each([
  CHANGES.v3,
  CHANGES['an unknown transform'],
])('such a table ends a sync with exit code 2 before the site is asked for rows (%#)', async (change, told) => {
  const root = await temporaryFolder();
  const jira = await startSimulator({ seed: 1, issues: 5 });
  try {
    const env = {
      JIRA_URL: jira.url,
      JIRA_EMAIL: jira.email,
      JIRA_API_TOKEN: jira.apiToken,
      CONNECTOR_REQUESTS_PER_SECOND: '50',
    };
    const sync = () => runMain(['--warehouse', root, 'sync', '--stream', 'priorities'], { cwd: root, env });
    expect((await sync()).exitCode).toBe(0);
    const priorities = { ...ITEMS, namespace: 'jira', name: 'priorities' };
    await replaceMetadata(root, (metadata) => ({ ...metadata, ...change }), priorities);
    const asked = () =>
      [...jira.requests.byRoute()].filter(([route]) => route.includes('priority')).map(([, count]) => count);
    const before = asked();
    const again = await sync();
    expect(again.exitCode, again.stderr).toBe(2);
    expect(again.stderr).toContain(told);
    expect(asked()).toEqual(before);
  } finally {
    await jira.close();
  }
});
