/**
 * Which streams are read, by which route, from which parent. Parents are read for their children's sake and written only when selected,
 * so that one walk feeds all who hang on it.
 */
import { ConnectorError } from '../../errors.js';
import { isRequestRoute, parentOf, type Registry, type RequestRoute, type Stream } from '../registry/registry.js';
import type { ParentDecl, Route } from '../registry/stream-file.js';

export interface TreeNode {
  readonly stream: Stream;
  readonly selected: boolean;
  /** Taken first. */
  route: Route;
  /** Tried in order when the site does not grant `route`. */
  readonly fallbacks: readonly RequestRoute[];
  readonly parent: ParentDecl | null;
  readonly children: TreeNode[];
}

export type Dialect = 'cloud' | 'datacenter';

/** @returns the roots, those with the most descendants first: the longest chain should start first. */
export function planTree(registry: Registry, selected: readonly string[], dialect: Dialect): readonly TreeNode[] {
  const nodes = new Map<string, TreeNode>();
  const roots: TreeNode[] = [];
  const ensure = (name: string): TreeNode => {
    const known = nodes.get(name);
    if (known) return known;
    const stream = registry.get(name);
    const node = nodeOf(stream, selected.includes(name), dialect);
    nodes.set(name, node);
    if (node.parent) ensure(node.parent.stream).children.push(node);
    else roots.push(node);
    return node;
  };
  for (const name of selected) ensure(name);
  for (const node of nodes.values()) node.route = keysOnlyRoute(node, dialect) ?? node.route;
  return roots.sort((a, b) => size(b) - size(a));
}

function nodeOf(stream: Stream, selected: boolean, dialect: Dialect): TreeNode {
  const routes = stream.routes.filter((route) => speaks(route, dialect) && !route.gives);
  const [route, ...others] = routes;
  if (!route)
    throw new ConnectorError(
      'failed',
      `The stream \`${stream.stream}\` has no route for this deployment (${dialect}).`,
    );
  const parent = parentOf(stream, route) ?? null;
  const fallbacks = others
    .filter(isRequestRoute)
    .filter((other) => (parentOf(stream, other)?.stream ?? null) === (parent?.stream ?? null));
  return { stream, selected, route, fallbacks, parent, children: [] };
}

/** When nobody wants the parent's own rows, a route that carries just what its children bind is enough. */
function keysOnlyRoute(node: TreeNode, dialect: Dialect): Route | undefined {
  if (node.selected || node.children.some((child) => child.route.inside)) return undefined;
  const needed = node.children.flatMap((child) =>
    child.parent ? [...Object.values(child.parent.bind), ...Object.keys(child.parent.where ?? {})] : [],
  );
  return node.stream.routes.find(
    (route) => route.gives && speaks(route, dialect) && needed.every((column) => route.gives?.includes(column)),
  );
}

export const speaks = (route: Route, dialect: Dialect) =>
  (route.dialect ?? 'cloud') === dialect || route.dialect === 'both';

const size = (node: TreeNode): number => 1 + node.children.reduce((sum, child) => sum + size(child), 0);

/** The node and everything below it. */
export function subtree(node: TreeNode): readonly TreeNode[] {
  return [node, ...node.children.flatMap(subtree)];
}
