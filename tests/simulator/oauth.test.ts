/** The simulated gateway and login host behave as Atlassian's: what tests of the connector rest on. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ATLASSIAN } from '../../simulator/oauth/atlassian.js';
import { Grants } from '../../simulator/oauth/grants.js';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { visitor } from './visitor.js';

let jira: Simulator;
beforeEach(async () => {
  jira = await startSimulator({ issues: 5 });
});
afterEach(() => jira.close());

const basic = (token: string) => `Basic ${Buffer.from(`${jira.email}:${token}`).toString('base64')}`;
const status = async (path: string, authorization: string) => (await visitor(jira, authorization).ask(path)).status;
const GATEWAY = `/ex/jira/${ATLASSIAN.cloudId}`;
const MYSELF = '/rest/api/3/myself';

test('a token with scopes is good at the gateway alone, one without at the site alone', async () => {
  expect(await status(GATEWAY + MYSELF, basic(ATLASSIAN.scopedToken))).toBe(200);
  expect(await status(MYSELF, basic(ATLASSIAN.scopedToken))).toBe(401);
  expect(await status(GATEWAY + MYSELF, basic(jira.apiToken))).toBe(401);
  expect(await status(`/ex/jira/${'0'.repeat(8)}${MYSELF}`, basic(ATLASSIAN.scopedToken))).toBe(404);
});

test('the gateway shows nothing to strangers, not even what the site shows to anybody', async () => {
  expect(await status('/rest/api/3/serverInfo', '')).toBe(200);
  expect(await status(`${GATEWAY}/rest/api/3/serverInfo`, '')).toBe(401);
  expect(await status('/oauth/token/accessible-resources', '')).toBe(401);
});

test('a code is good for one exchange, and only with the address it was asked for', () => {
  const grants = new Grants(() => 0);
  const code = grants.consent('scope', 'http://127.0.0.1:1/callback');
  expect(grants.exchange(code, 'http://127.0.0.1:2/callback')).toBeNull();
  expect(grants.exchange(code, 'http://127.0.0.1:1/callback')).toBeNull();
});

test('refresh tokens rotate, a used one works ten minutes more, and access ends after an hour', () => {
  let now = 0;
  const grants = new Grants(() => now);
  const first = grants.exchange(grants.consent('scope', 'x'), 'x');
  const second = grants.refresh(first?.refresh_token ?? '');
  expect(second?.refresh_token).not.toBe(first?.refresh_token);
  now = 10 * 60_000;
  expect(grants.refresh(first?.refresh_token ?? '')).not.toBeNull();
  now += 1;
  expect(grants.refresh(first?.refresh_token ?? '')).toBeNull();
  expect(grants.takes(second?.access_token ?? '')).toBe(true);
  now = 3_600_000;
  expect(grants.takes(second?.access_token ?? '')).toBe(false);
  grants.revoke();
  expect(grants.refresh(second?.refresh_token ?? '')).toBeNull();
});
