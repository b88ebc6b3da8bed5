/** The server as a service: many clients, those that go away, those that ask again, and strange ones. */
import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { Lanes } from '../../src/serve/lanes.js';
import { ROUTES } from '../../src/serve/routes.js';
import { addWorklog, FEBRUARY, FULL, keyOf, served, serveTwoSites } from './two-sites.js';

const { root, server } = serveTwoSites();

describe('many clients', () => {
  test('fifty at once get the same whole answer', async () => {
    const all = await Promise.all(Array.from({ length: 50 }, () => server.as('full', `/api/1/worklog?${FEBRUARY}`)));
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(all.map(({ body }) => body)).size).toBe(1);
  });

  test('one that waits too long for its turn is told to come again', async () => {
    const lanes = new Lanes(1, 1);
    const leave = await lanes.enter(new AbortController().signal);
    const busy = await served(root, { keys: [FULL], house: { lanes } });
    try {
      const refused = await busy.as('full', `/api/1/worklog?${FEBRUARY}`);
      expect([refused.status, refused.headers['retry-after']]).toEqual([503, '10']);
      leave();
      expect((await busy.as('full', `/api/1/worklog?${FEBRUARY}`)).status).toBe(200);
    } finally {
      await busy.close();
    }
  });

  test('one that goes away gives its place back, and the next is answered', async () => {
    const lanes = new Lanes(1, 60_000);
    const one = await served(root, { keys: [FULL], house: { lanes } });
    try {
      const leave = await lanes.enter(new AbortController().signal);
      const headers = { authorization: `Apikey ${keyOf('full')}` };
      const gone = request(`${one.url}/api/1/worklog?${FEBRUARY}`, { headers, agent: false }).end();
      gone.on('error', () => undefined);
      await new Promise<void>((sent) => gone.once('finish', sent));
      const next = one.as('full', `/api/1/worklog?${FEBRUARY}`);
      gone.destroy();
      leave();
      expect((await next).status).toBe(200);
    } finally {
      await one.close();
    }
  });
});

describe('snapshots', () => {
  test('an answer that a client has is not made again, until a table changes', async () => {
    const path = '/api/1/worklog?start=2026-02-01&end=2026-02-28&connection=beta';
    const first = await server.as('full', path);
    const tag = String(first.headers.etag);
    const again = (more = '') =>
      server.get(path + more, { authorization: `Apikey ${keyOf('full')}`, 'if-none-match': `"other", W/${tag}` });
    expect([(await again()).status, (await again()).body]).toEqual([304, '']);
    expect((await again('&day=utc')).status).toBe(200);
    await addWorklog(root);
    const changed = await again();
    expect([changed.status, changed.headers.etag === tag]).toEqual([200, false]);
  });
});

describe('nothing that comes from outside is a fault of the server', () => {
  /** Linear congruential: the same sets each time. */
  const random = (seed: number) => {
    let state = seed;
    return (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((state / 2_147_483_648) * below);
    };
  };
  const VALUES = [
    ...['2026-02-01', '2026-13-01', '0000-01-01', '9999-12-31', '1900-01-01', '2999-12-31', '2026-W07', 'last-month'],
    ...["'", '"', "'; DROP TABLE x; --", '%', '\u0000', '\u202e', '\ud83d', '😀', '..', '../../etc/passwd', 'a,b', ','],
    ...[
      '',
      ' ',
      '-1',
      '0',
      '1',
      '8',
      '24',
      '1e9',
      '999999999999999999999d',
      '15m',
      '6h',
      'true',
      'false',
      'constructor',
    ],
    ...['__proto__', 'author', 'utc', 'Europe/Berlin', 'Mars/Base', 'none', 'day', 'month', 'person', 'issue', 'start'],
    ...[
      'person,issue,epic',
      'key',
      'issue_links',
      '_extra',
      'link:blocks',
      'parent',
      'top',
      'up',
      'hm',
      'hide',
      'omit',
    ],
    ...['DEMO', 'acme', 'project_DEMO', 'filter_1', 'administrators', 'ada', 'x'.repeat(3000), '=1+1', '<script>'],
  ];

  test('two hundred random sets of parameters are answers or refusals', async () => {
    const pick = random(11);
    const paths = ['/api/1/worklog', '/api/1/exportData.csv', '/api/1/exportView.xls', '/api/1/exportView.xlsx'];
    const bad: unknown[] = [];
    const statuses = new Map<number, number>();
    await Promise.all(
      Array.from({ length: 200 }, async () => {
        const path = paths[pick(20) === 0 ? 3 : pick(3)] ?? '';
        const options = ROUTES.find((route) => route.path === path)?.options ?? [];
        const names = [...options.map(({ name }) => name), 'filterOrProjectId', 'groups', 'Start', 'nonsense'];
        // Most sets have a period, or none would come further.
        const query = new URLSearchParams(pick(4) === 0 ? '' : FEBRUARY);
        for (let count = pick(4); count > 0; count--)
          query.append(names[pick(names.length)] ?? '', VALUES[pick(VALUES.length)] ?? '');
        const { status, body } = await server.as(pick(2) ? 'full' : 'part', `${path}?${query}`);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        const isAnswer = status === 200;
        if (!isAnswer && ![400, 403, 503].includes(status)) bad.push([status, path, String(query), body]);
        if (!isAnswer && typeof JSON.parse(body).error !== 'string') bad.push(['no words', path, String(query)]);
      }),
    );
    expect(bad).toEqual([]);
    // Both kinds came.
    expect([...statuses.keys()].sort()).toEqual(expect.arrayContaining([200, 400]));
    expect(statuses.get(200)).toBeGreaterThan(20);
  });

  test.each([
    ['an unknown parameter', `/api/1/worklog?${FEBRUARY}&projekt=DEMO`, 400, 'Did you mean `project`?'],
    ['a file of the server', `/api/1/worklog?${FEBRUARY}&rates=/etc/passwd`, 400, 'names a file'],
    ['a question to the site', `/api/1/worklog?${FEBRUARY}&jql=project%3DDEMO`, 403, 'does not allow'],
    ['a sync', `/api/1/worklog?${FEBRUARY}&refresh=true`, 403, 'does not allow'],
    ['no days', '/api/1/worklog', 400, 'Say which days: period last-week, or start'],
    ['a name of no one', `/api/1/worklog?${FEBRUARY}&user=eve`, 400, 'user eve is no account id'],
    ['one parameter twice', '/api/1/worklog?start=2026-02-01&startDate=2026-02-02', 400, 'more than once'],
    ['an address that is none', '/api/1/worklogs', 404, '/openapi.json'],
    ['a path', '/../../etc/passwd', 404, '/openapi.json'],
  ])('%s is refused in words', async (_what, path, status, words) => {
    const answered = await server.as('full', path);
    expect([answered.status, JSON.parse(answered.body).error]).toEqual([status, expect.stringContaining(words)]);
    expect(answered.body).not.toContain(root);
  });

  test('other methods, bodies and oversized addresses are refused', async () => {
    const headers = { authorization: `Apikey ${keyOf('full')}` };
    expect((await server.get(`/api/1/worklog?${FEBRUARY}`, headers, 'DELETE')).status).toBe(405);
    expect((await server.get(`/api/1/worklog?${FEBRUARY}`, { ...headers, 'content-length': '5' })).status).toBe(413);
    expect((await server.get(`/api/1/worklog?${'a'.repeat(20_000)}`, headers)).status).toBe(431);
    const head = await server.get(`/api/1/worklog?${FEBRUARY}`, headers, 'HEAD');
    expect([head.status, head.body, typeof head.headers.etag]).toEqual([200, '', 'string']);
  });
});
