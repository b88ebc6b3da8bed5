/** Every route that writes to the site, and what callers read before they do. */

import type { SimRoute } from '../model.js';
import { attachmentWrites } from './attachment-writes.js';
import { bulkWrites } from './bulk-writes.js';
import { commentWrites } from './comment-writes.js';
import { issueWrites } from './issue-writes.js';
import { linkWrites } from './link-writes.js';
import { metadataRoutes } from './metadata.js';
import { propertyRoutes } from './property-routes.js';
import { transitionWrites } from './transition-writes.js';
import { worklogWrites } from './worklog-writes.js';
import type { WriteDesk } from './write-desk.js';

export function writeRoutes(writes: WriteDesk): SimRoute[] {
  return [
    ...issueWrites(writes),
    ...transitionWrites(writes),
    ...commentWrites(writes),
    ...worklogWrites(writes),
    ...linkWrites(writes),
    ...attachmentWrites(writes),
    ...bulkWrites(writes),
    ...metadataRoutes(writes),
    ...propertyRoutes(writes),
  ];
}

/** The caller's permissions as the rules of writing have them. */
export function withRules(writes: WriteDesk, route: SimRoute): SimRoute {
  if (!route.path.endsWith('/mypermissions')) return route;
  return {
    ...route,
    handle: (call) => {
      const answer = route.handle(call);
      const { permissions } = answer.body as { permissions: Record<string, Record<string, unknown>> };
      const entries = Object.entries(permissions).map(([key, permission]) => {
        const ruled = writes.rules.permissions[key];
        return [key, ruled === undefined ? permission : { ...permission, havePermission: ruled }];
      });
      return { ...answer, body: { permissions: Object.fromEntries(entries) } };
    },
  };
}
