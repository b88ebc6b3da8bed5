/**
 * Which streams are read, by which route, from which parent. Parents are read for their children's sake and written only when selected,
 * so that one walk feeds all who hang on it.
 */

import type { Dialect } from '../../contract/dialect.js';
import { ConnectorError } from '../../core/errors.js';
import { speaks } from '../streams/dialect.js';
import { isRequestRoute, parentOf, type Registry, type RequestRoute, type Stream } from '../streams/registry.js';
import type { ParentDecl, Route } from '../streams/stream-file.js';

export interface TreeNode {
  readonly stream: Stream;
  readonly selected: boolean;
  /** Taken first. */
  readonly route: Route;
  /** Tried in order when the site does not grant `route`. */
  readonly fallbacks: readonly RequestRoute[];
  readonly parent: ParentDecl | null;
  readonly children: readonly TreeNode[];
  /** Of a root that is read for its children alone: which of its records they want, in the words of the site's queries; null: all. */
  readonly query: string | null;
}

/** While the tree grows. */
type Growing = Omit<TreeNode, 'route' | 'parent' | 'query' | 'children'> & {
  route: Route;
  parent: ParentDecl | null;
  query: string | null;
  readonly children: Growing[];
};

export type { Dialect };

/** A stream to read, and whether all of it or what changed. */
export interface Wanted {
  readonly stream: string;
  readonly mode: 'full' | 'incremental';
}

/** The route to begin with, by stream; streams that are absent begin with their first one. */
export type Choice = ReadonlyMap<string, Route>;

/** @returns the roots, those with the most descendants first: the longest chain should start first. */
export function planTree(
  registry: Registry,
  wanted: readonly Wanted[],
  dialect: Dialect,
  choice: Choice = new Map(),
): readonly TreeNode[] {
  const nodes = new Map<string, Growing>();
  const roots: Growing[] = [];
  const ensure = (name: string): Growing => {
    const known = nodes.get(name);
    if (known) return known;
    const stream = registry.get(name);
    const mode = wanted.find((one) => one.stream === name)?.mode;
    const node = nodeOf(stream, mode, dialect, choice.get(name));
    nodes.set(name, node);
    if (node.parent) ensure(node.parent.stream).children.push(node);
    else roots.push(node);
    return node;
  };
  for (const { stream } of wanted) ensure(stream);
  const whole = new Set(wanted.filter(({ mode }) => mode === 'full').map(({ stream }) => stream));
  for (const root of roots) narrow(root, whole);
  for (const node of nodes.values()) node.route = keysOnlyRoute(node, dialect) ?? node.route;
  return roots.sort((a, b) => subtree(b).length - subtree(a).length);
}

/** The routes by which a stream's own rows can be read, cheapest first. */
export function readingRoutes(stream: Stream, mode: Wanted['mode'], dialect: Dialect): readonly Route[] {
  return stream.routes.filter(
    (route) =>
      speaks(route, dialect) &&
      !route.gives &&
      route.only !== 'census' &&
      route.only !== (mode === 'full' ? 'changes' : 'full'),
  );
}

function nodeOf(stream: Stream, mode: Wanted['mode'] | undefined, dialect: Dialect, chosen?: Route): Growing {
  const routes = readingRoutes(stream, mode ?? 'full', dialect);
  const route = chosen ?? routes[0];
  if (!route) {
    throw new ConnectorError(
      'failed',
      `The stream \`${stream.stream}\` has no route for this deployment (${dialect}).`,
    );
  }
  const parent = parentOf(stream, route) ?? null;
  const fallbacks = routes
    .filter((other) => other !== route && !other.ids_from)
    .filter(isRequestRoute)
    .filter((other) => (parentOf(stream, other)?.stream ?? null) === (parent?.stream ?? null));
  return { stream, selected: mode !== undefined, route, fallbacks, parent, query: null, children: [] };
}

/**
 * A walk whose records nobody wants but for streams that say which ones asks for those alone. Of what changed, all are wanted: a record
 * that has lost the last of what hangs on it no longer answers the query, and no other read of that run tells that its rows are gone.
 * @param whole streams that are read as a whole
 */
function narrow(root: Growing, whole: ReadonlySet<string>): void {
  const queries = root.children.map(({ stream, parent }) => (whole.has(stream.stream) ? parent?.query : undefined));
  const wanted = new Set(queries.filter((query) => query !== undefined));
  if (root.selected || queries.length === 0 || queries.includes(undefined)) return;
  root.query = [...wanted].map((query) => `(${query})`).join(' OR ');
  // What one query has found needs no second look at columns that its records then need not carry.
  if (wanted.size === 1)
    for (const child of root.children) child.parent = child.parent && { ...child.parent, where: undefined };
}

/** When nobody wants the parent's own rows, a route that carries just what its children bind is enough. */
function keysOnlyRoute(node: TreeNode, dialect: Dialect): Route | undefined {
  if (node.selected || node.children.some((child) => child.route.inside)) return undefined;
  const needed = node.children.flatMap((child) =>
    child.parent ? [...Object.values(child.parent.bind), ...Object.keys(child.parent.where ?? {})] : [],
  );
  return node.stream.routes.find(
    (route) =>
      !route.batch && speaks(route, dialect) && route.gives && needed.every((column) => route.gives?.includes(column)),
  );
}

/** The node and everything below it. */
export function subtree(node: TreeNode): readonly TreeNode[] {
  return [node, ...node.children.flatMap(subtree)];
}

/** Whose requests a node's are in reports: its own stream's when that is written, else those of the first written one below. */
export function labelOf(node: TreeNode): string {
  return (subtree(node).find(({ selected }) => selected) ?? node).stream.stream;
}

/** The routes of a step that send requests, in the order in which they are tried. */
export const requestRoutes = ({ route, fallbacks }: Pick<TreeNode, 'route' | 'fallbacks'>): readonly RequestRoute[] =>
  [route, ...fallbacks].filter(isRequestRoute);

/** Those that read from parents; with rows inside the parent, those for the rest, which have fallbacks of their own: a site may lack the bulk route. */
export function parentRoutes({ route, fallbacks }: TreeNode): readonly RequestRoute[] {
  if (!route.inside) return requestRoutes({ route, fallbacks });
  const rest = fallbacks.findIndex((other) => other.name === route.inside?.rest);
  return fallbacks.slice(rest < 0 ? fallbacks.length : rest);
}
