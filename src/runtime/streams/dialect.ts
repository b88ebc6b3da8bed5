/**
 * The registry as one kind of deployment knows it: what stream files say for the other kind is left out here, once, so that nothing
 * later has to ask which Jira it talks to.
 */
import type { Dialect } from '../../contract/dialect.js';
import { makeRegistry, parentOf, type Registry, type Stream } from './registry.js';
import type { Route } from './stream-file.js';

type Spoken = { readonly dialect?: Route['dialect'] };

export const speaks = ({ dialect = 'cloud' }: Spoken, wanted: Dialect) => dialect === wanted || dialect === 'both';

export interface Deployed {
  readonly registry: Registry;
  /** Those of the asked streams that this deployment has. */
  readonly streams: readonly string[];
  /** The others, and why there is nothing to read. */
  readonly absent: ReadonlyMap<string, string>;
}

export function deployedOn(dialect: Dialect, registry: Registry, asked: readonly string[]): Deployed {
  const known = makeRegistry([...registry.streams.values()].map((stream) => spokenBy(dialect, stream)));
  const absent = new Map<string, string>();
  for (const name of asked) {
    const why = absence(known, known.get(name), dialect);
    if (why !== null) absent.set(name, why);
  }
  return { registry: known, streams: asked.filter((name) => !absent.has(name)), absent };
}

function spokenBy(dialect: Dialect, stream: Stream): Stream {
  const { routes, deletions, count, look } = stream;
  const own = <Part extends Spoken>(part: Part | undefined) =>
    part && speaks(part, dialect) ? inVersion(dialect, part) : undefined;
  return {
    ...stream,
    routes: routes.flatMap((route) => own(route) ?? []),
    deletions: own(deletions),
    count: own(count),
    look: own(look),
  };
}

/** Data Center has no version 3; what `both` speak is under version 2 there. */
function inVersion<Part extends Spoken>(dialect: Dialect, part: Part): Part {
  if (dialect === 'cloud' || !('request' in part) || typeof part.request !== 'string') return part;
  return { ...part, request: part.request.replace(' /rest/api/3/', ' /rest/api/2/') };
}

/** Why this deployment does not have the stream, in words for people; null when it has. */
export function absence(registry: Registry, stream: Stream, dialect: Dialect): string | null {
  const ways = stream.routes.map((route) => {
    const parent = parentOf(stream, route);
    return parent ? absence(registry, registry.get(parent.stream), dialect) : null;
  });
  if (ways.length === 0) return stream.not_on?.[dialect] ?? `no route is known for this deployment (${dialect})`;
  return ways.includes(null) ? null : (ways[0] ?? null);
}
