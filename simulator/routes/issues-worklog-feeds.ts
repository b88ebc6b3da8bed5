/** The two feeds of worklog changes. */

import type { IssueDesk } from '../issues/issue-desk.js';
import type { FeedPage } from '../issues/worklog-feed.js';
import type { Answer, Call, SimRoute } from '../model.js';
import { Params } from './issue-params.js';

export function worklogFeedRoutes(desk: IssueDesk): SimRoute[] {
  const { feed } = desk;
  return [
    {
      method: 'GET',
      path: '/rest/api/3/worklog/updated',
      handle: (call) => answer(desk, call, (since) => feed.updated(since, call.now)),
    },
    {
      method: 'GET',
      path: '/rest/api/3/worklog/deleted',
      handle: (call) => answer(desk, call, (since) => feed.deleted(since, call.now)),
    },
  ];
}

function answer(desk: IssueDesk, call: Call, read: (since: number) => FeedPage): Answer {
  const since = new Params(call).integer('since', 0);
  const page = read(since);
  const self = `${call.origin}${call.path}?since=`;
  const next = page.lastPage ? {} : { nextPage: `${self}${page.until}` };
  const withThem = call.query.get('expand')?.includes('properties') === true;
  const kept = (id: number) => (withThem ? desk.site.worklogs.get(id)?.properties : undefined) ?? [];
  const values = page.values.map((entry) => ({ ...entry, properties: kept(entry.worklogId) }));
  return { body: { values, since, until: page.until, self: `${self}${since}`, ...next, lastPage: page.lastPage } };
}
