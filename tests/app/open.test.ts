/** What a program hands over is checked like what a person writes, and a secret is never shown. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSite, openWarehouse, type SiteOptions } from '../../src/app/open.js';

const CANARY = 'canary-7f3a9c';
const options = { url: 'acme', auth: { type: 'basic', email: 'a@b.c', api_token: CANARY } } as const;

function refusal(wrong: object): string {
  try {
    openSite({ ...options, ...wrong } as SiteOptions);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'accepted';
}

test('a site is what sync.yaml would make of it; what is not said is as usual', () => {
  const site = openSite({ ...options, projects: ['ENG'], throttle: { requests_per_second: 2 } });
  expect(site).toMatchObject({ name: 'jira', label: 'jira', url: 'https://acme.atlassian.net', requestsPerSecond: 2 });
  expect(site).toMatchObject({
    scope: { projects: ['ENG'] },
    people: { mode: 'full' },
    schedule: { census: 'auto' },
  });
  expect(JSON.stringify(site)).not.toContain(CANARY);
});

test('a secret that looks like a reference is the secret itself: no variable and no file is read for a program', () => {
  const { auth } = openSite({ url: 'acme', auth: { type: 'pat', token: `\${file:/etc/hostname}` } });
  expect(auth.type === 'pat' && auth.token.reveal()).toBe(`\${file:/etc/hostname}`);
});

test.each([
  [{ projets: ['ENG'] }, 'projects'],
  [{ url: 'http://jira.example.org' }, 'must be https'],
  [{ streams: ['issue_serch'] }, 'issue_search'],
  [{ auth: { type: 'pat', token: `${CANARY}\n` } }, 'line break'],
  [{ auth: { type: 'pat', tokn: CANARY } }, 'token'],
  [{ projects: ['ENG'], jql: 'x = 1' }, 'not both'],
])('%j is refused with what would be right, and without the secret', (wrong, said) => {
  const message = refusal(wrong);
  expect(message).toContain('openSite:');
  expect(message).toContain(said);
  expect(message).not.toContain(CANARY);
});

test('a warehouse is a folder, relative to where the program is, or a place in a store, whatever the environment says', () => {
  expect(openWarehouse('./tables', { cwd: '/somewhere' }).root).toBe(join('/somewhere', 'tables'));
  const storage = { access_key_id: 'id', secret_access_key: CANARY };
  const warehouse = openWarehouse({ warehouse: 's3://bucket/jira', storage });
  expect(warehouse).toMatchObject({ root: 's3://bucket/jira', s3: { credentials: { accessKeyId: 'id' } } });
  expect(JSON.stringify(warehouse)).not.toContain(CANARY);
  const env = { CONNECTOR_WAREHOUSE: '/elsewhere', CONNECTOR_REQUESTS_PER_SECOND: '1' };
  expect(openWarehouse('/here', { env }).root).toBe('/here');
  expect(openSite({ ...options, throttle: { requests_per_second: 2 } }, { env }).requestsPerSecond).toBe(2);
  expect(() => openWarehouse('gs://bucket')).toThrow('must be a folder');
});
