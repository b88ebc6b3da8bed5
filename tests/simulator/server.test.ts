import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { ALL, visitor } from './visitor.js';

const running: Simulator[] = [];
const start = async (options: Parameters<typeof startSimulator>[0] = {}): Promise<Simulator> => {
  const simulator = await startSimulator({ issues: 30, fixedClock: true, ...options });
  running.push(simulator);
  return simulator;
};
afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
});

const wrong = `Basic ${Buffer.from('ada@example.com:expired').toString('base64')}`;

describe('credentials', () => {
  it('knows the API token and the personal access token, and says whose they are', async () => {
    const simulator = await start();
    const basic = await visitor(simulator).ask('/rest/api/3/myself');
    const bearer = await visitor(simulator, `Bearer ${simulator.pat}`).ask('/rest/api/3/myself');
    expect([basic.status, bearer.status]).toEqual([200, 200]);
    expect(basic.headers.get('x-aaccountid')).toBe(basic.body.accountId);
  });

  it('answers a bad token with 200 and nothing in it where anonymous callers may ask', async () => {
    const simulator = await start();
    const differentAccount = visitor(simulator, wrong);
    const search = await differentAccount.search({ jql: ALL });
    expect([search.status, search.body.issues, search.body.isLast]).toEqual([200, [], true]);
    expect(search.body).not.toHaveProperty('nextPageToken');
    expect(search.headers.get('x-seraph-loginreason')).toBe('AUTHENTICATED_FAILED');
    const projects = await differentAccount.ask('/rest/api/3/project/search');
    expect([projects.status, projects.body.total, projects.body.values]).toEqual([200, 0, []]);
    expect((await differentAccount.ask('/rest/api/3/issue/10001')).status).toBe(404);
    expect((await differentAccount.ask('/rest/api/3/serverInfo')).body.deploymentType).toBe('Cloud');
  });

  it('answers 401 elsewhere, and no failed login to somebody who sent no credentials', async () => {
    const simulator = await start();
    const differentAccount = visitor(simulator, wrong);
    for (const path of ['/rest/api/3/myself', '/rest/api/3/worklog/updated', '/rest/agile/1.0/board']) {
      const reply = await differentAccount.ask(path);
      expect([path, reply.status]).toEqual([path, 401]);
      expect(reply.headers.get('x-seraph-loginreason')).toBe('AUTHENTICATED_FAILED');
    }
    const anonymous = await visitor(simulator, '').search({ jql: ALL });
    expect([anonymous.status, anonymous.headers.get('x-seraph-loginreason')]).toEqual([200, null]);
  });
});

describe('requests', () => {
  it('refuses unknown paths, wrong methods, wrong types and broken JSON with Jira-shaped errors', async () => {
    const site = visitor(await start());
    const post = (path: string, body: string, type: string): Promise<{ status: number }> =>
      site.ask(path, { method: 'POST', body, headers: { 'content-type': type } });
    expect(await site.ask('/rest/api/3/nothing')).toMatchObject({ status: 404, body: { errors: {} } });
    expect((await site.ask('/rest/api/3/worklog/list')).status).toBe(405);
    expect((await post('/rest/api/3/search/jql', '{}', 'text/plain')).status).toBe(415);
    expect((await post('/rest/api/3/search/jql', '{', 'application/json')).status).toBe(400);
    expect((await site.ask('/rest/api/3/worklog/updated?since=yesterday')).status).toBe(400);
  });

  it('tells the time of the site, not of the machine, in the Date header', async () => {
    const simulator = await start({ now: Date.UTC(2031, 0, 2, 3, 4, 5) });
    const { headers } = await visitor(simulator).ask('/rest/api/3/myself');
    expect(headers.get('date')).toBe('Thu, 02 Jan 2031 03:04:05 GMT');
    simulator.edit.advance(3_600_000);
    expect((await visitor(simulator).ask('/rest/api/3/myself')).headers.get('date')).toContain('04:04:05');
  });

  it('compresses for those who accept it, and only for them', async () => {
    const simulator = await start();
    const encodingFor = (accept: string): Promise<string | undefined> =>
      new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer ${simulator.pat}`, 'accept-encoding': accept };
        const sent = request(`${simulator.url}/rest/api/3/issue/10001`, { headers }, (response) => {
          response.resume();
          resolve(response.headers['content-encoding']);
        });
        sent.once('error', reject).end();
      });
    expect(await encodingFor('gzip, deflate')).toBe('gzip');
    expect(await encodingFor('identity')).toBeUndefined();
  });

  it('logs every request under its route, refused and broken ones too', async () => {
    const simulator = await start({ faults: [{ match: '*', after: 2, destroy: true }] });
    const site = visitor(simulator);
    await site.ask('/rest/api/3/issue/10001/worklog');
    await site.ask('/rest/api/3/issue/77/worklog');
    await expect(site.ask('/rest/api/3/myself')).rejects.toThrow();
    expect(simulator.requests.log.map(({ path, status }) => [path, status])).toEqual([
      ['/rest/api/3/issue/{issueIdOrKey}/worklog', 200],
      ['/rest/api/3/issue/{issueIdOrKey}/worklog', 404],
      ['/rest/api/3/myself', 0],
    ]);
    expect(simulator.requests.byRoute().get('GET /rest/api/3/issue/{issueIdOrKey}/worklog')).toBe(2);
    expect([simulator.requests.total(), simulator.requests.maxInAnySecond()]).toEqual([3, 3]);
  });

  it('answers 429 with Retry-After above the rate it was given', async () => {
    const simulator = await start({ rate: { perSecond: 2 } });
    const site = visitor(simulator);
    const replies = await Promise.all([1, 2, 3].map(() => site.ask('/rest/api/3/serverInfo')));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 429]);
    expect(replies.find(({ status }) => status === 429)?.headers.get('retry-after')).toBe('1');
  });
});

describe('faults', () => {
  it('hits as often as told, in order, and then answers as usual', async () => {
    const route = 'GET /rest/api/3/myself';
    const busy = {
      match: route,
      times: 2,
      status: 503,
      headers: { 'retry-after': '7' },
      body: { errorMessages: ['busy'] },
    };
    const simulator = await start({ faults: [busy, { match: /myself/, html: true }] });
    const site = visitor(simulator);
    const statuses: unknown[] = [];
    for (let n = 0; n < 4; n += 1) {
      const { status, headers } = await site.ask('/rest/api/3/myself');
      statuses.push([status, headers.get('retry-after'), headers.get('content-type')?.split(';')[0]]);
    }
    expect(statuses).toEqual([
      [503, '7', 'application/json'],
      [503, '7', 'application/json'],
      [200, null, 'text/html'],
      [200, null, 'application/json'],
    ]);
  });

  it('cuts a body so that its length still fits, or resets the connection in its middle', async () => {
    const path = '/rest/api/3/serverInfo';
    const simulator = await start({
      faults: [
        { match: '*', cutAtByte: 10 },
        { match: '*', resetAtByte: 10 },
      ],
    });
    const plain = { headers: { 'accept-encoding': 'identity' } };
    expect(await (await fetch(simulator.url + path, plain)).text()).toHaveLength(10);
    await expect(fetch(simulator.url + path, plain).then((response) => response.text())).rejects.toThrow();
    expect((await fetch(simulator.url + path, plain)).status).toBe(200);
  });

  it('sends gzip that is none, or that lacks its end', async () => {
    const simulator = await start({
      faults: [
        { match: '*', gzip: 'garbage' },
        { match: '*', gzip: 'half' },
      ],
    });
    for (let n = 0; n < 2; n += 1) await expect(visitor(simulator).ask('/rest/api/3/myself')).rejects.toThrow();
    expect((await visitor(simulator).ask('/rest/api/3/myself')).status).toBe(200);
  });

  it('repeats the token it was given, and rewrites answers', async () => {
    const simulator = await start({
      faults: [{ match: 'POST /rest/api/3/search/jql', after: 1, duplicateToken: true }],
    });
    const site = visitor(simulator);
    const first = await site.search({ jql: ALL, maxResults: 5 });
    const token = first.body.nextPageToken;
    const second = await site.search({ jql: ALL, maxResults: 5, nextPageToken: token });
    expect([second.body.nextPageToken, second.body.isLast]).toEqual([token, false]);
    simulator.faults.add({ match: '*', rewrite: (body) => ({ ...(body as object), issues: null }) });
    expect((await site.search({ jql: ALL })).body.issues).toBeNull();
  });

  it('changes the site between two pages of a walk', async () => {
    const simulator = await start();
    const site = visitor(simulator);
    const route = 'GET /rest/api/3/issue/{issueIdOrKey}/comment';
    simulator.faults.add({ match: route, after: 1, before: () => void simulator.edit.addComment('10007') });
    const totals: unknown[] = [];
    for (let n = 0; n < 3; n += 1) totals.push((await site.ask('/rest/api/3/issue/10007/comment')).body.total);
    expect(totals).toEqual([260, 261, 261]);
  });
});
