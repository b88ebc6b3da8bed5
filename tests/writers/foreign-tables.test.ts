/** Tables that the platform's people have upgraded or partitioned: read by query, refused by whatever would write them. */
import { expect, test } from 'vitest';
import { startSimulator } from '../../simulator/simulator.js';
import { runMain } from '../commands/run-main.js';
import { replaceMetadata } from './support/foreign.js';
import { batch, ITEMS, item, temporaryFolder, testWarehouse } from './support/tables.js';

const PARTITIONED = {
  'partition-specs': [
    { 'spec-id': 0, fields: [] },
    { 'spec-id': 1, fields: [{ name: 'part', transform: 'bucket[4]', 'source-id': 1, 'field-id': 1000 }] },
  ],
  'default-spec-id': 1,
};
const CHANGES = { v3: { 'format-version': 3 as const, 'next-row-id': 0 }, partitioned: PARTITIONED };

test.each(
  Object.entries(CHANGES),
)('%s: is read by query, and refused by sync and maintain in words', async (_, change) => {
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
  await expect(writer.open(ITEMS)).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('What works: a new table'),
  });
  const maintain = await runMain([...argv, 'maintain', '--retain-days', '0', '--retain-snapshots', '1'], { cwd: root });
  expect(maintain).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('not written') });
});

test('a table upgraded to v3 ends a sync with exit code 2 before the site is asked for rows', async () => {
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
    await replaceMetadata(
      root,
      (metadata) => ({ ...metadata, 'format-version': 3 as const, 'next-row-id': 0 }),
      priorities,
    );
    const asked = () =>
      [...jira.requests.byRoute()].filter(([route]) => route.includes('priority')).map(([, count]) => count);
    const before = asked();
    const again = await sync();
    expect(again.exitCode, again.stderr).toBe(2);
    expect(again.stderr).toContain('format version 3');
    expect(asked()).toEqual(before);
  } finally {
    await jira.close();
  }
});
