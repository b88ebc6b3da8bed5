/** A sampled page is taken for the whole list only where the site says that nothing else is in it: a plan must not promise what it did not see. */
import { expect, test } from 'vitest';
import { sample, samplePages } from '../../../src/runtime/probe/sample.js';
import { fakeClient } from '../../helpers/fake-client.js';
import { registry } from '../../helpers/jira-and-warehouse.js';

const wanted = [{ stream: 'issue_comments', mode: 'full' as const }];
const issue = (id: string) => ({ id, fields: { comment: { comments: [], total: 0 } } });
const values = { scope: 'project is not EMPTY' };
const site = () =>
  fakeClient((_, at) =>
    at === 0 ? { issues: [issue('1'), issue('2')], nextPageToken: 'a' } : { issues: [issue('3')], isLast: true },
  ).client;

test('a short page with another one behind it is not the whole site, and the last one is', async () => {
  const pages = [];
  for await (const page of samplePages(site(), registry, 'issue_search', wanted, values, 'test')) pages.push(page);
  expect(pages.map(({ records, whole }) => [records, whole])).toEqual([
    [2, false],
    [1, true],
  ]);
});

test('the last page from a late moment on is not the whole site', async () => {
  const { client } = fakeClient(() => ({ issues: [issue('3')], isLast: true }));
  const from = async (since: number, start: number) =>
    (await sample(client, registry, 'issue_search', wanted, values, 'test', since, start))?.whole;
  expect([await from(5000, 1000), await from(1000, 1000)]).toEqual([false, true]);
});
