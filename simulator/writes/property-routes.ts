/** Properties of comments, worklogs and issues, one by one, as their own paths show them. */

import type { EntityProperty } from '../issues/children.js';
import type { Call, SimRoute } from '../model.js';
import { issueNotFound, Refusal } from '../refusal.js';
import type { WriteDesk } from './write-desk.js';

type Properties = (call: Call) => readonly EntityProperty[];

export function propertyRoutes(writes: WriteDesk): SimRoute[] {
  const { site } = writes;
  const ofIssue: Properties = (call) =>
    [...site.extras.propertiesOf(writes.issueOf(call))].map(([key, value]) => ({ key, value }));
  const ofComment: Properties = (call) => {
    const found = site.comments.get(Number(call.params.commentId));
    if (found === undefined) throw issueNotFound();
    return found.properties ?? [];
  };
  const ofWorklog: Properties = (call) => {
    const found = site.worklogs.get(Number(call.params.worklogId));
    if (found?.issue !== writes.issueOf(call)) throw issueNotFound();
    return found.properties ?? [];
  };
  return [
    ...pair('issue/{issueIdOrKey}/properties', ofIssue),
    ...pair('comment/{commentId}/properties', ofComment),
    ...pair('issue/{issueIdOrKey}/worklog/{worklogId}/properties', ofWorklog),
  ];
}

function pair(name: string, read: Properties): SimRoute[] {
  const path = `/rest/api/3/${name}`;
  return [
    {
      ...{ method: 'GET', path },
      handle: (call) => ({
        body: { keys: read(call).map(({ key }) => ({ self: `${call.origin}${call.path}/${key}`, key })) },
      }),
    },
    {
      ...{ method: 'GET', path: `${path}/{propertyKey}` },
      handle: (call) => {
        const found = read(call).find(({ key }) => key === call.params.propertyKey);
        if (found === undefined)
          throw new Refusal(404, [`The property ${call.params.propertyKey ?? ''} does not exist.`]);
        return { body: found };
      },
    },
  ];
}
