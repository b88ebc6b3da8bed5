/** The loaded registry: every stream file, checked on its own and against the others. */
import { ConnectorError } from '../../core/errors.js';
import { didYouMean } from '../../core/yaml-file.js';
import type { Chosen } from './column-choice.js';
import type { CredentialKind } from './kinds.js';
import type { ParentDecl, Route, StreamFile } from './stream-file.js';

export interface Stream extends StreamFile {
  /** Where it was read from, for messages. */
  readonly file: string;
  /** What lists of the settings it asks for, as states keep it; absent: it asks for none. */
  readonly asked?: string;
  /** Absent: the table carries every column. */
  readonly chosen?: Chosen;
  /** Nobody could try it: off unless named by `--stream` or `streams:`. */
  readonly untested: boolean;
}

/**
 * When a stream is read without being asked for: `default` always, `credentials` with some kinds of them alone. `named`, and `untested`
 * where nobody could try it: never. In this order a stream may hang on one of its own group or of one before it, and on no other.
 */
export const GROUPS = ['default', 'credentials', 'named', 'untested'] as const;
export type Group = (typeof GROUPS)[number];

export function groupOf({ untested, enabled_when: when }: Pick<Stream, 'untested' | 'enabled_when'>): Group {
  if (untested) return 'untested';
  if (when === undefined) return 'default';
  return when === 'named' ? 'named' : 'credentials';
}

/** The kinds of credentials with which alone a stream is on by default. */
export const credentialsOf = ({ enabled_when: when }: StreamFile): readonly CredentialKind[] =>
  typeof when === 'object' ? when.credentials : [];

export interface Registry {
  readonly streams: ReadonlyMap<string, Stream>;
  /** @throws ConnectorError kind `usage` naming the nearest stream. */
  get(name: string): Stream;
  /** Streams that are on by default, in file-name order. @param credentials adds those that are on with this kind alone */
  enabled(credentials?: CredentialKind): readonly Stream[];
  /** In file-name order. */
  inGroup(group: Group): readonly Stream[];
}

export function makeRegistry(streams: readonly Stream[]): Registry {
  const byName = new Map(
    [...streams].sort((a, b) => (a.stream < b.stream ? -1 : 1)).map((stream) => [stream.stream, stream]),
  );
  return {
    streams: byName,
    get(name) {
      const found = byName.get(name);
      if (!found)
        throw new ConnectorError(
          'usage',
          `There is no stream \`${name}\`.${didYouMean(name, [...byName.keys()])} \`connector streams\` lists them.`,
        );
      return found;
    },
    enabled: (credentials) =>
      [...byName.values()].filter(
        (stream) =>
          groupOf(stream) === 'default' ||
          (groupOf(stream) === 'credentials' && credentialsOf(stream).some((kind) => kind === credentials)),
      ),
    inGroup: (group) => [...byName.values()].filter((stream) => groupOf(stream) === group),
  };
}

/** The same streams, none of which narrows its parent's walk by one of these queries: what they leave out is found by `where`. */
export function withoutQueries(registry: Registry, unknown: ReadonlySet<string>): Registry {
  const plain = <Declaring extends { readonly parent?: ParentDecl | undefined }>(one: Declaring): Declaring =>
    one.parent?.query !== undefined && unknown.has(one.parent.query)
      ? { ...one, parent: { ...one.parent, query: undefined } }
      : one;
  return makeRegistry(
    [...registry.streams.values()].map((stream) => ({ ...plain(stream), routes: stream.routes.map(plain) })),
  );
}

/** The parent a route reads from: its own, else the stream's. */
export function parentOf(stream: StreamFile, route: Route): ParentDecl | undefined {
  return route.parent ?? stream.parent;
}

/** Every stream this one may read its parents from, over all routes. */
export function parentsOf(stream: StreamFile): readonly ParentDecl[] {
  const all = stream.routes.flatMap((route) => parentOf(stream, route) ?? []);
  return [...new Map(all.map((parent) => [parent.stream, parent])).values()];
}

/** A route that sends requests of its own. */
export type RequestRoute = Route & { readonly request: string };

export const isRequestRoute = (route: Route): route is RequestRoute => route.request !== undefined;

/** `POST /rest/api/3/x` -> its two parts. */
export function splitRequest(request: string): { readonly method: 'GET' | 'POST'; readonly path: string } {
  const space = request.indexOf(' ');
  return { method: request.slice(0, space) as 'GET' | 'POST', path: request.slice(space + 1) };
}

/** Names inside `{}` of any text. */
export function placeholdersIn(text: string): readonly string[] {
  return [...text.matchAll(/\{([a-z][a-z0-9_]*)\}/g)].flatMap((match) => match[1] ?? []);
}

/** Whether `projects` and `jql` of the settings decide which rows of a stream are read: by its requests, or by its parents'. */
export function followsScope(registry: Registry, stream: Stream): boolean {
  if (stream.scope && 'of' in stream.scope) return true;
  if (JSON.stringify(stream.routes).includes('{scope}')) return true;
  return parentsOf(stream).some(({ stream: name }) => {
    const parent = registry.get(name);
    // The parent's own rows are all read, but only those in scope have children.
    return parent.scope !== undefined || followsScope(registry, parent);
  });
}
