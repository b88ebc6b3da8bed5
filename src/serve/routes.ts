/** Every address that answers. */
import { HEALTH, METRICS } from './health.js';
import { openApiRoute } from './openapi.js';
import { OVERVIEW } from './overview.js';
import type { Route } from './route.js';
import { WORKLOG_ROUTES } from './worklogs.js';

export const ROUTES: readonly Route[] = [...WORKLOG_ROUTES, OVERVIEW, HEALTH, METRICS, openApiRoute(() => ROUTES)];

const BY_PATH: ReadonlyMap<string, Route> = new Map(
  ROUTES.flatMap((route) => [route.path, ...route.aliases].map((path) => [path, route])),
);

export const routeAt = (path: string): Route | undefined => BY_PATH.get(path);
