/** What the server tells of itself, to whom, and what it never tells. */
import { expect, test } from 'vitest';
import { FEBRUARY, FULL, keyOf, oweWorklogs, recordRun, served, serveTwoSites } from './two-sites.js';

const { root, server } = serveTwoSites();

test('health without a key, and nothing of the warehouse in it', async () => {
  const { status, body } = await server.get('/healthz');
  expect([status, Object.keys(JSON.parse(body))]).toEqual([200, ['ok', 'version']]);
});

test('numbers for Prometheus, to this machine and to keys that see all', async () => {
  const { status, body } = await server.get('/metrics');
  expect([status, body]).toEqual([200, expect.stringMatching(/^# HELP connector_/)]);
  for (const line of body.trim().split('\n')) expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+\{.*\} \S+)$/);
  expect((await server.as('full', '/metrics')).status).toBe(200);
  expect((await server.as('part', '/metrics')).status).toBe(403);
  const proxied = await served(root, { keys: [FULL], options: { behindProxy: true } });
  expect((await proxied.get('/metrics')).status).toBe(401);
  await proxied.close();
});

test('a description in which every address answers and every parameter is one', async () => {
  const { body } = await server.get('/openapi.json');
  const api = JSON.parse(body) as {
    openapi: string;
    paths: Record<
      string,
      {
        get: {
          operationId: string;
          parameters: { name: string; in: string; schema: object }[];
          responses: Record<string, { content?: object }>;
        };
      }
    >;
  };
  expect(api.openapi).toBe('3.1.0');
  const gets = Object.values(api.paths).map(({ get }) => get);
  expect(new Set(gets.map(({ operationId }) => operationId)).size).toBe(gets.length);
  for (const [path, { get }] of Object.entries(api.paths)) {
    const takesPeriod = get.parameters.some(({ name }) => name === 'period');
    const answered = await server.as('full', takesPeriod ? `${path}?period=2026-02` : path);
    expect(answered.status, path).toBe(200);
    expect(Object.keys(get.responses['200']?.content ?? {}), path).toEqual([
      String(answered.headers['content-type']).split(';')[0],
    ]);
    expect('304' in get.responses, path).toBe('etag' in answered.headers);
    const names = get.parameters.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(get.parameters.every((one) => one.in === 'query' && 'type' in one.schema)).toBe(true);
  }
  expect(api.paths['/api/1/worklog']?.get.parameters.map(({ name }) => name)).not.toContain('rates');
});

test('the overview is a page that runs no script but its own', async () => {
  const { status, headers, body } = await server.as('full', '/report/overview?period=2026-02');
  expect([status, headers['content-type']], status === 200 ? '' : [body, ...server.logged].join('\n')).toEqual([
    200,
    'text/html; charset=utf-8',
  ]);
  expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
  expect(body).toContain('Acme Cloud');
  const part = await server.as('part', '/report/overview?period=2026-02');
  expect([part.status, part.body]).toEqual([200, expect.not.stringContaining('SECRET')]);
});

test('why a run failed, and what is owed, is no way to learn of issues that a key does not show', async () => {
  const error = 'the rows of 1 parent are owed (issue 30 "SECRET-1": the site answered 500)';
  const told = { state: 'incomplete', error };
  await recordRun(root, 'acme', '2026-02-20T00:00:00.000000Z', { issue_worklog: told, issue_changelog: told });
  await oweWorklogs(root, [
    ['30', 'SECRET-1'],
    ['10', 'DEMO-10'],
  ]);
  const path = '/report/overview?period=2026-02';
  const [full, part] = [await server.as('full', path), await server.as('part', path)];
  expect(full.body).toMatch(/SECRET-1/);
  expect(full.body).toContain('worklogs of 2 issues are owed');
  expect([part.status, part.body]).toEqual([200, expect.not.stringContaining('SECRET')]);
  expect(part.body).toContain('last run incomplete; worklogs of 1 issue are owed');
});

test('every answer is for this client alone', async () => {
  for (const path of ['/healthz', '/api/1/worklog', '/nothing']) {
    const { headers } = await server.get(path);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  }
});

test('a key is in no log and in no answer, wherever it is put', async () => {
  const key = keyOf('full');
  const bodies: string[] = [];
  for (const [path, headers] of [
    [`/api/1/worklog?${FEBRUARY}&Apikey=${encodeURIComponent(key)}`, {}],
    [`/api/1/worklog?start=${encodeURIComponent(key)}&Apikey=${encodeURIComponent(key)}`, {}],
    [`/api/1/worklog?${FEBRUARY}&user=${encodeURIComponent(key)}`, { authorization: `Apikey ${key}` }],
    [`/${encodeURIComponent(key)}?Apikey=${encodeURIComponent(key)}`, {}],
    ['/metrics?Apikey=wrong-key-of-somebody', {}],
  ] as const)
    bodies.push((await server.get(path, headers)).body);
  const said = [...server.logged, ...bodies].join('\n');
  expect(said).toContain('/api/1/worklog 200');
  for (const form of [key, encodeURIComponent(key), 'k'.repeat(40), 'wrong-key-of-somebody'])
    expect(said).not.toContain(form);
});

test('without keys, a page that had its own name resolved to this machine reads nothing', async () => {
  const open = await served(root);
  const path = `/api/1/worklog?${FEBRUARY}`;
  expect((await open.get(path)).status).toBe(200);
  expect((await open.get(path, { host: 'evil.example' })).status).toBe(421);
  expect((await open.get(path, { host: 'localhost:8080' })).status).toBe(200);
  expect((await open.get(`${path}&jql=x`)).status).toBe(403);
  expect((await open.get(path)).body).not.toContain('administrators');
  await open.close();
});
