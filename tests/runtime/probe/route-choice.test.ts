/** Which route is taken after one sampled page, or up to three: a dearer one costs requests on every full read of such a site. */
import { expect, test } from 'vitest';
import { measure } from '../../../src/runtime/probe/route-choice.js';
import { fakeClient, status } from '../../helpers/fake-client.js';
import { registry } from '../../helpers/jira-and-warehouse.js';

const STREAMS = ['issue_search', 'issue_comments', 'issue_worklog', 'issue_changelog'];
const wanted = STREAMS.map((stream) => ({ stream, mode: 'full' as const }));

interface PerIssue {
  readonly worklogs: number;
  readonly histories?: number;
}

/** Pages of a hundred issues without an end. @returns the routes, and how many pages were looked at */
async function lookedAt(perIssue: (at: number) => PerIssue, refused: readonly number[] = []) {
  const page = (first: number) =>
    Array.from({ length: 100 }, (_, place) => {
      const { worklogs, histories = 5 } = perIssue(first + place);
      const shown = (total: number, cap: number) => Array.from({ length: Math.min(cap, total) }, (_, id) => ({ id }));
      return {
        id: String(first + place),
        fields: {
          comment: { total: 0, comments: [] },
          worklog: { total: worklogs, worklogs: shown(worklogs, 20) },
        },
        changelog: { total: histories, histories: shown(histories, 40) },
      };
    });
  const { client, asked } = fakeClient((_, at) =>
    refused.includes(at) ? status(400) : { issues: page(100 * at), nextPageToken: `after ${at}`, isLast: false },
  );
  const { choice } = await measure({ client, registry, rate: 5 }, wanted, 'cloud', { scope: 'project is not empty' });
  return { routes: Object.fromEntries([...choice].map(([stream, { name }]) => [stream, name])), pages: asked.length };
}

const chosenFor = async (perIssue: (at: number) => PerIssue) => (await lookedAt(perIssue)).routes;

test('worklogs that differ from issue to issue and all lie inside are not read from the feed a second time', async () => {
  expect(await chosenFor((at) => ({ worklogs: at % 19 }))).toMatchObject({ issue_worklog: 'inline' });
  expect(await chosenFor((at) => ({ worklogs: at % 3 === 0 ? at % 7 : 0 }))).toMatchObject({
    issue_worklog: 'inline',
  });
});

test('a page without a long list does not promise that there are none where the lists differ much: others are looked at', async () =>
  expect(await lookedAt((at) => ({ worklogs: at % 100 < 90 ? 0 : (at % 100) - 80 }))).toMatchObject({
    routes: { issue_worklog: 'inline' },
    pages: 3,
  }));

test('a feed of worklogs is priced by the worklogs, not by the histories beside them', async () =>
  expect(await chosenFor((at) => ({ worklogs: at % 100 === 7 ? 45 : 1, histories: 30 }))).toMatchObject({
    issue_worklog: 'feed',
  }));

test('one issue with a long history sends only its like to another route, not the histories of all', async () =>
  expect(await chosenFor((at) => ({ worklogs: 1, histories: at % 100 === 7 ? 120 : 3 }))).toMatchObject({
    issue_changelog: 'inline',
  }));

/** Some of the first hundred come near to what a page shows of one, and four of each hundred after them go beyond. */
const luckyFirstPage = (at: number) => ({ worklogs: at >= 100 && at % 25 === 0 ? 40 : at % 20 === 0 ? 19 : 2 });

test('a first page that happens to show no long list does not cost a request for each of those that follow', async () =>
  expect(await lookedAt(luckyFirstPage)).toMatchObject({ routes: { issue_worklog: 'feed' }, pages: 2 }));

test('a second page that is refused takes nothing away from what the first one showed', async () =>
  expect(await lookedAt(luckyFirstPage, [1])).toMatchObject({ routes: { issue_worklog: 'inline' }, pages: 2 }));

test('where one page speaks clearly no second one is asked for', async () => {
  expect((await lookedAt(() => ({ worklogs: 3 }))).pages).toBe(1);
  expect((await lookedAt((at) => ({ worklogs: at % 5 === 0 ? 25 : 2 }))).pages).toBe(1);
});

test('pages that stay between two ways are not looked at for ever', async () =>
  expect((await lookedAt((at) => ({ worklogs: at % 200 === 7 ? 25 : 2 }))).pages).toBe(3));
