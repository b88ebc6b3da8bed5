/** What the settings select: as a JQL conjunct, and as a set of ids for streams that cannot be asked by JQL. */
import { ConnectorError } from '../../errors.js';
import type { HttpClient } from '../http/client.js';
import type { Values } from '../pages/build-request.js';
import { isRequestRoute, type Registry } from '../registry/registry.js';
import { valueAt } from '../rows/path.js';
import { EVERYTHING } from './bookmark.js';
import { sinceValues } from './deletions.js';
import { type PagedRequest, readPages } from './read-pages.js';
import { subtree, type TreeNode } from './tree.js';

export interface Scope {
  /** Project keys. */
  readonly projects?: readonly string[];
  /** The user's own JQL, without ORDER BY. */
  readonly jql?: string;
}

/** A conjunct that is always valid and always bounds the query: Jira refuses unbounded ones. */
export function scopeClause(scope: Scope): string {
  if (scope.projects) return `project in (${scope.projects.map(quoteJql).join(', ')})`;
  return scope.jql === undefined ? EVERYTHING : `(${scope.jql})`;
}

/** JQL strings escape quote and backslash with a backslash. */
function quoteJql(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/**
 * Ids of the scope, for each stream that others name in `scope.of` and are not read through. Empty when nothing is scoped.
 * Costs one walk by the cheapest route of that stream (1 request per 5000 issues).
 */
export async function readIds(
  input: { readonly registry: Registry; readonly client: HttpClient; readonly scope: Scope },
  roots: readonly TreeNode[],
  values: Values,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found = new Map<string, ReadonlySet<string>>();
  if (!input.scope.projects && input.scope.jql === undefined) return found;
  for (const root of roots) {
    for (const { stream, selected } of subtree(root)) {
      const of = stream.scope && 'of' in stream.scope ? stream.scope.of : root.stream.stream;
      // Rows that come through that stream's own walk are in scope because the walk is.
      if (!selected || of === root.stream.stream || found.has(of)) continue;
      found.set(of, await idsOf(input.registry, input.client, of, stream.stream, values));
    }
  }
  return found;
}

async function idsOf(
  registry: Registry,
  client: HttpClient,
  name: string,
  label: string,
  values: Values,
): Promise<ReadonlySet<string>> {
  const stream = registry.get(name);
  const [key = ''] = stream.primary_key;
  const route = stream.routes.find((one) => one.gives?.includes(key)) ?? stream.routes[0];
  if (!route || !isRequestRoute(route))
    throw new ConnectorError('failed', `The ids of ${name} cannot be read: it has no route with a request.`);
  const path = [stream.columns[key]?.from ?? key].flat()[0] ?? key;
  const ids = new Set<string>();
  for await (const page of readPages(client, label, route as PagedRequest, { ...values, ...sinceValues(0) })) {
    for (const { record } of page.records) ids.add(String(valueAt(record, path)));
  }
  return ids;
}
