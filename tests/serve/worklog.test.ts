/** `/api/1/worklog` as clients of Time Tracker for Jira call it: over sockets, with keys, on two connections. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runMain } from '../cli/run-main.js';
import {
  type Answered,
  FEBRUARY,
  fillTwoSites,
  keyOf,
  SECRET,
  type Served,
  served,
  serveKey,
  temporaryFolder,
} from './two-sites.js';

const { folder, remove } = temporaryFolder();
const root = join(folder, 'warehouse');
let server: Served;

beforeAll(async () => {
  await fillTwoSites(root);
  server = await served(root, {
    keys: [
      serveKey('all', { limits: { restricted: true } }),
      serveKey('open'),
      serveKey('demo', { limits: { projects: ['DEMO'], restricted: true } }),
      serveKey('admins', { limits: { groups: ['administrators'], restricted: true } }),
      serveKey('nobody', { limits: { groups: ['no such group'] } }),
      serveKey('beta', { connections: ['beta'] }),
    ],
  });
});
afterAll(async () => {
  await server.close();
  remove();
});

interface Issue {
  readonly key: string;
  readonly connection: string;
  readonly fields: Readonly<Record<string, unknown>> & { readonly worklog: { readonly worklogs: readonly Worklog[] } };
}
interface Worklog {
  readonly id: string;
  readonly author: string;
  readonly timeSpentSeconds: number;
}

const issuesOf = ({ body }: Answered) => JSON.parse(body) as readonly Issue[];
const idsOf = (answered: Answered) =>
  issuesOf(answered).flatMap(({ key, fields }) => fields.worklog.worklogs.map(({ id }) => `${key} ${id}`));

describe('the shape that old scripts read', () => {
  test('keys and values are those of the example of the old documentation, on two connections', async () => {
    const answered = await server.as('all', `/api/1/worklog?${FEBRUARY}`);
    expect([answered.status, answered.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
    expect(issuesOf(answered).map(({ connection, key }) => [connection, key])).toEqual([
      ['Acme Cloud', 'DEMO-9'],
      ['Acme Cloud', 'DEMO-10'],
      ['Acme Cloud', 'SECRET-1'],
      ['Beta', 'OPS-1'],
    ]);
    const issue = issuesOf(answered)[1];
    expect(Object.keys(issue ?? {})).toEqual(['expand', 'id', 'self', 'key', 'connection', 'fields']);
    expect(issue?.fields).toMatchObject({
      summary: 'Summary of DEMO-10 >> "quoted"',
      issuetype: { id: '10000', name: 'Story', subtask: false },
      project: { id: 'D', key: 'DEMO', name: 'Project DEMO', projectCategory: { id: '10', name: 'Test Category' } },
      priority: { name: 'Medium', id: '3' },
      resolution: null,
      status: { id: '1', name: 'To Do', statusCategory: { id: 2, key: 'new', name: 'To Do' } },
    });
    expect(issue?.fields.worklog.worklogs).toEqual([
      {
        author: 'ada',
        authorName: 'ADA',
        comment: 'did 101',
        created: '2026-02-02T21:00:00.000+0000',
        updated: '2026-02-02T21:00:00.000+0000',
        visibility: { type: 'group', value: 'administrators' },
        started: '2026-02-02T20:02:00.000Z',
        startedDate: '2026-02-02',
        timeSpent: '1h',
        timeSpentSeconds: 3600,
        id: '101',
        issueId: '10',
      },
      expect.objectContaining({ id: '100' }),
    ]);
  });

  test('the curl of the documentation: groups and filterOrProjectId, and the report says the same', async () => {
    const answered = await server.as(
      'all',
      `/api/1/worklog?${FEBRUARY}&groups=administrators&filterOrProjectId=project_DEMO`,
    );
    expect(idsOf(answered)).toEqual(['DEMO-10 101', 'DEMO-10 100']);
    writeFileSync(join(folder, 'labels'), '');
    const said = await runMain(
      ['--warehouse', root, 'report', 'worklogs', '--start', '2026-02-01', '--end', '2026-02-28', '--format', 'json'],
      { cwd: folder },
    );
    const whole = await server.as('all', `/api/1/worklog?${FEBRUARY}`);
    const plain = (text: string) => JSON.parse(text).map((issue: Issue) => ({ ...issue, connection: '' }));
    expect(plain(whole.body)).toEqual(plain(said.stdout));
  });

  test('an answer that takes long is 202 without a type, and a script that skips empty lines reads the same', async () => {
    const slow = await served(root, { keys: [serveKey('all')], options: { pace: { readyMs: 0, lineMs: 5 } } });
    try {
      for (const path of ['/api/1/worklog', '/api/1/exportData.csv']) {
        const answered = await slow.as('all', `${path}?${FEBRUARY}`);
        expect([answered.status, answered.headers['content-type']]).toEqual([202, undefined]);
        expect(answered.body).toMatch(/^\n/);
        expect(answered.body.trimStart()).toBe((await server.as('open', `${path}?${FEBRUARY}`)).body.trimStart());
      }
      const refused = await slow.as('all', `/api/1/worklog?${FEBRUARY}&groups=none`).catch((error: Error) => error);
      // The connection breaks off behind the error, so that it passes for no whole answer.
      expect(refused).toBeInstanceOf(Error);
    } finally {
      await slow.close();
    }
  });

  test('an answer that cannot show who is missing does not pass for a list of them', async () => {
    for (const path of ['worklog', 'exportData.csv', 'exportView.xls']) {
      const { status, body } = await server.as('all', `/api/1/${path}?${FEBRUARY}&expected=8&missing=true`);
      expect([path, status, body]).toEqual([path, 400, expect.stringContaining('There is no parameter expected.')]);
    }
    const book = await server.as('all', `/api/1/exportView.xlsx?${FEBRUARY}&expected=8&missing=true`);
    expect(book.status).toBe(200);
    const raw = (layout: string) => server.as('all', `/api/1/exportData.csv?${FEBRUARY}&rawCsv=true${layout}`);
    expect([(await raw('')).status, (await raw('&layout=rows')).status]).toEqual([400, 200]);
    expect((await raw('')).body).toContain('raw-csv is for csv, not for time-tracker');
  });

  test('nobody worked: an empty list', async () => {
    expect((await server.as('all', '/api/1/worklog?start=2020-01-01&end=2020-01-02')).body.trim()).toBe('[]');
  });
});

describe('keys', () => {
  const key = keyOf('open');
  const address = `/api/1/worklog?${FEBRUARY}`;

  test.each([
    ['the header', address, { authorization: `Apikey ${key}` }],
    ['Basic', address, { authorization: `Basic ${Buffer.from(`Apikey:${key}`).toString('base64')}` }],
    ['the parameter', `${address}&Apikey=${encodeURIComponent(key)}`, {}],
  ])('are taken from %s', async (_place, path, headers) => {
    expect((await server.get(path, headers)).status).toBe(200);
  });

  test('none and a wrong one are refused alike', async () => {
    const none = await server.get(address);
    const wrong = await server.get(address, { authorization: `Apikey ${key}x` });
    expect([none.status, none.headers['www-authenticate']]).toEqual([401, 'Basic realm="connector"']);
    expect([wrong.status, wrong.body]).toEqual([401, none.body]);
  });

  test('a key of one project never sees another, whatever it asks', async () => {
    for (const more of [
      '',
      '&project=SECRET&project=DEMO',
      '&issue=SECRET-1',
      '&by=parent&moreFields=parent_key',
      '&moreFields=customfield_10008',
      '&by=epic',
      '&jql=project%3DSECRET',
      '&projekt=SECRET&project=SECRE',
    ])
      for (const path of ['worklog', 'exportData.csv', 'exportView.xls']) {
        const { body } = await server.as('demo', `/api/1/${path}?start=2026-01-01&end=2026-12-31${more}`);
        // What was asked for may be repeated.
        expect([path, more, body.replaceAll(/(project|issue) SECRET(-1)?/g, '')]).toEqual([
          path,
          more,
          expect.not.stringMatching(SECRET),
        ]);
      }
    expect(idsOf(await server.as('demo', `/api/1/worklog?${FEBRUARY}`))).toEqual([
      'DEMO-9 102',
      'DEMO-10 101',
      'DEMO-10 100',
    ]);
  });

  test('what an issue was of when the work began is not told, where it was of another project', async () => {
    const path = `/api/1/exportView.xlsx?${FEBRUARY}&by=parent,project,epic_link&as-of=start`;
    const texts = async (name: string) => {
      const { status, bytes } = await server.as(name, path);
      expect(status).toBe(200);
      return Object.values(unzipSync(bytes)).map((part) => new TextDecoder().decode(part));
    };
    expect((await texts('all')).join('').match(/SECRET(-1)?/g)).toEqual(expect.arrayContaining(['SECRET', 'SECRET-1']));
    expect((await texts('demo')).join('')).not.toMatch(SECRET);
  });

  test('a key of one group sees the work of its members alone', async () => {
    expect(idsOf(await server.as('admins', '/api/1/worklog?start=2026-01-01&end=2026-12-31'))).toEqual([
      'DEMO-10 101',
      'DEMO-10 100',
      'SECRET-1 104',
    ]);
    expect((await server.as('admins', `/api/1/worklog?${FEBRUARY}&groups=others`)).status).toBe(400);
    expect((await server.as('admins', `/api/1/worklog?${FEBRUARY}&user=bob`)).status).toBe(400);
    expect(idsOf(await server.as('nobody', '/api/1/worklog?start=2026-01-01'))).toEqual([]);
  });

  test('a key of one connection sees no other', async () => {
    expect(idsOf(await server.as('beta', `/api/1/worklog?${FEBRUARY}`))).toEqual(['OPS-1 100']);
    expect((await server.as('beta', `/api/1/worklog?${FEBRUARY}&connection=acme`)).status).toBe(400);
  });

  test('worklogs that only some may see are left out, unless the key says otherwise', async () => {
    expect(idsOf(await server.as('open', `/api/1/worklog?${FEBRUARY}&restricted=include`))).not.toContain(
      'DEMO-10 101',
    );
    expect(idsOf(await server.as('all', `/api/1/worklog?${FEBRUARY}`))).toContain('DEMO-10 101');
    expect(idsOf(await server.as('all', `/api/1/worklog?${FEBRUARY}&restricted=omit`))).not.toContain('DEMO-10 101');
  });
});
