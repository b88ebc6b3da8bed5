/** What the warehouse lacks, or cannot show now: an answer never passes for a whole one without it. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FEBRUARY, fillTwoSites, type Served, served, serveKey, temporaryFolder } from './two-sites.js';

const { folder, remove } = temporaryFolder();
const root = join(folder, 'warehouse');
let server: Served;

beforeAll(async () => {
  await fillTwoSites(root);
  server = await served(root, { keys: [serveKey('full'), serveKey('beta', { connections: ['beta'] })] });
});
afterAll(async () => {
  await server.close();
  remove();
});

test('worklogs of a damaged table do not drop out of an answer unseen, and who watches is told', async () => {
  const path = `/api/1/worklog?${FEBRUARY}`;
  const damaged = join(root, 'acme', 'issue_comments');
  mkdirSync(join(damaged, 'metadata'), { recursive: true });
  writeFileSync(join(damaged, 'metadata', 'v1.metadata.json'), '{"format-version":');
  const refused = await server.as('full', path);
  expect([refused.status, JSON.parse(refused.body).error]).toEqual([503, expect.stringContaining('not be whole')]);
  expect(refused.body).not.toContain(root);
  expect(server.logged.join()).toContain('acme.issue_comments');
  expect((await server.get('/healthz')).status).toBe(503);
  // A key that does not reach the table is answered.
  expect((await server.as('beta', path)).status).toBe(200);
  rmSync(damaged, { recursive: true });
  expect([(await server.as('full', path)).status, (await server.get('/healthz')).status]).toEqual([200, 200]);
});

test('a data file that is damaged is no mistake of the question, and is not named to who asks', async () => {
  const data = join(root, 'acme', 'issue_worklog', 'data');
  const [name = ''] = readdirSync(data).filter((one) => one.endsWith('.parquet'));
  const whole = readFileSync(join(data, name));
  writeFileSync(join(data, name), '');
  for (const path of [`/api/1/worklog?${FEBRUARY}`, `/report/overview?${FEBRUARY}`]) {
    const { status, body } = await server.as('full', path);
    expect([status, body]).toEqual([503, expect.stringContaining('not be whole')]);
    expect(body).not.toContain(name);
  }
  expect(server.logged.join()).toContain(`${name}. Nothing was changed`);
  writeFileSync(join(data, name), whole);
  expect((await server.as('full', `/api/1/worklog?${FEBRUARY}`)).status).toBe(200);
});

test('a folder without tables, such as that of a lost mount, is not well', async () => {
  const lost = await served(join(folder, 'lost'));
  const { status, body } = await lost.get('/healthz');
  await lost.close();
  expect([status, JSON.parse(body).ok]).toEqual([503, false]);
});

test('sites are asked by the connections that are meant, and not by those that a key does not reach', async () => {
  const meant: (readonly string[])[] = [];
  const connections = (names: readonly string[]) => {
    meant.push(names);
    return [];
  };
  const keys = [serveKey('all', { mayAskSite: true }), serveKey('one', { mayAskSite: true, connections: ['beta'] })];
  const asking = await served(root, { keys, house: { connections, askSites: async () => [[]] } });
  const path = `/api/1/worklog?${FEBRUARY}&jql=x`;
  for (const [key, more] of [
    ['all', ''],
    ['all', '&connection=acme'],
    ['one', ''],
  ] as const)
    expect((await asking.as(key, path + more)).status).toBe(200);
  await asking.close();
  expect(meant).toEqual([[], ['acme'], ['beta']]);
});

test('the overview says what it leaves out, and not where the warehouse is', async () => {
  const { status, body } = await server.as('full', '/report/overview?period=2026-02');
  expect([status, body]).toEqual([200, expect.stringContaining('Left out: The warehouse here lacks')]);
  expect(body).not.toContain(root);
  expect(body).not.toContain('--stream');
});
