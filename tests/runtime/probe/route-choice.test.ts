/** Which route is taken after one sampled page: a dearer one costs requests on every full read of such a site. */
import { expect, test } from 'vitest';
import { measure } from '../../../src/runtime/probe/route-choice.js';
import { fakeClient } from '../../helpers/fake-client.js';
import { registry } from '../../helpers/jira-and-warehouse.js';

const STREAMS = ['issue_search', 'issue_comments', 'issue_worklog', 'issue_changelog'];
const wanted = STREAMS.map((stream) => ({ stream, mode: 'full' as const }));

interface PerIssue {
  readonly worklogs: number;
  readonly histories?: number;
}

/** A page of a hundred issues, and more to come. */
async function chosenFor(perIssue: (at: number) => PerIssue) {
  const issues = Array.from({ length: 100 }, (_, at) => {
    const { worklogs, histories = 5 } = perIssue(at);
    const shown = (total: number, cap: number) => Array.from({ length: Math.min(cap, total) }, (_, id) => ({ id }));
    return {
      id: String(at),
      fields: {
        comment: { total: 0, comments: [] },
        worklog: { total: worklogs, worklogs: shown(worklogs, 20) },
      },
      changelog: { total: histories, histories: shown(histories, 40) },
    };
  });
  const { client } = fakeClient(() => ({ issues, nextPageToken: 'more', isLast: false }));
  const { choice } = await measure({ client, registry, rate: 5 }, wanted, 'cloud', { scope: 'project is not empty' });
  return Object.fromEntries([...choice].map(([stream, { name }]) => [stream, name]));
}

test('worklogs that differ from issue to issue and all lie inside are not read from the feed a second time', async () => {
  expect(await chosenFor((at) => ({ worklogs: at % 19 }))).toMatchObject({ issue_worklog: 'inline' });
  expect(await chosenFor((at) => ({ worklogs: at % 3 === 0 ? at % 7 : 0 }))).toMatchObject({
    issue_worklog: 'inline',
  });
});

test('a page without a long list does not promise that there are none where the lists differ much', async () =>
  expect(await chosenFor((at) => ({ worklogs: at < 90 ? 0 : at - 80 }))).toMatchObject({ issue_worklog: 'feed' }));

test('a feed of worklogs is priced by the worklogs, not by the histories beside them', async () =>
  expect(await chosenFor((at) => ({ worklogs: at === 7 ? 45 : 1, histories: 30 }))).toMatchObject({
    issue_worklog: 'feed',
  }));

test('one issue with a long history sends only its like to another route, not the histories of all', async () =>
  expect(await chosenFor((at) => ({ worklogs: 1, histories: at === 7 ? 120 : 3 }))).toMatchObject({
    issue_changelog: 'inline',
  }));
