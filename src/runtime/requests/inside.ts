/** Rows that come along inside a parent's record: asking for them, taking them out, and telling whether they are all. */

import { ConnectorError } from '../../core/errors.js';
import { type Extraction, type Located, recordsAt, valueAt } from '../../core/json-path.js';
import type { Route } from '../streams/stream-file.js';
import type { RequestTemplate } from './build-request.js';

/** Rows inside a parent's record, and how many it says there are; null when it does not say. */
export interface Inline {
  readonly rows: readonly Located[];
  readonly total: number;
}

export function insideOf(route: Route, record: unknown): Inline | null {
  const found = recordsAt(record, route.rows, route.carry);
  if (route.inside && route.inside.total === undefined) return alwaysWhole(route, found);
  const total = route.inside?.total === undefined ? undefined : valueAt(record, route.inside.total);
  return Array.isArray(found) && typeof total === 'number' ? { rows: found, total } : null;
}

/** A list without a total is whole, and one that is not there is empty. @throws ConnectorError kind `failed` for something else than records */
function alwaysWhole({ name, rows }: Route, found: Extraction): Inline {
  if (typeof found === 'string')
    throw new ConnectorError(
      'failed',
      `The rows that the route ${name} takes out of a parent's record have another form than its documentation says: ${found} (\`${rows}\`).`,
    );
  return { rows: found ?? [], total: found?.length ?? 0 };
}

/** Never a fixed threshold: the caps on inline rows have changed before, the total has not lied. */
export const isWholeInside = ({ rows, total }: Inline): boolean => total <= rows.length;

/** The inline rows when they are complete, else null: then the parent's rows must be read by the `rest` route. */
export function inlineRows(route: Route, record: unknown): readonly Located[] | null {
  const inline = insideOf(route, record);
  return inline && isWholeInside(inline) ? inline.rows : null;
}

/** The path of the container that holds inline rows and their total: all of it belongs to the child. */
export function claimedPath(route: Route): string {
  const dot = route.rows.lastIndexOf('.');
  return dot < 0 ? route.rows : route.rows.slice(0, dot);
}

/** The parent's request with what its inside children ask for. */
export function withAsks(route: Route & RequestTemplate, children: readonly Route[]): Route & RequestTemplate {
  const query: Record<string, unknown> = { ...route.query };
  const body: Record<string, unknown> = { ...route.body };
  for (const [place, change] of children.flatMap((child) => Object.entries(child.inside?.asks ?? {}))) {
    const [where, name = ''] = [place.startsWith('query.') ? query : body, place.slice(place.indexOf('.') + 1)];
    where[name] = changed(where[name], change);
  }
  return { ...route, query: query as RequestTemplate['query'] & Route['query'], body };
}

function changed(
  value: unknown,
  change: { readonly add?: string | readonly string[] | undefined; readonly drop?: string | undefined },
): unknown {
  const asText = typeof value === 'string';
  const words = asText ? value.split(',').filter(Boolean) : Array.isArray(value) ? value.map(String) : [];
  const kept = words.filter((word) => word !== change.drop);
  for (const word of [change.add ?? []].flat()) if (!kept.includes(word)) kept.push(word);
  // Where the request has none yet, some words are a list and one is text.
  return asText || (value === undefined && !Array.isArray(change.add)) ? kept.join(',') : kept;
}
