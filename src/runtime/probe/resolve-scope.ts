/** What the settings select -> a JQL conjunct, and the form in which states keep it; projects are looked up once a run. */
import { ConnectorError } from '../../core/errors.js';
import type { HttpClient } from '../../http/client.js';
import {
  EVERYTHING,
  type Project,
  type ScopedProject,
  type ScopeStore,
  Scopes,
  textOfProjects,
  textOfQuery,
} from '../plan/scopes.js';
import type { Dialect } from '../plan/tree.js';
import { followsScope, type Registry } from '../streams/registry.js';
import { orRefused, type Refused } from './preparation.js';
import { findProjects, type NamedProjects } from './projects.js';
import type { Scope } from './scope.js';

export interface ResolvedScope {
  /** A conjunct that is always valid and always bounds the query: Jira refuses unbounded ones. */
  readonly clause: string;
  /** The same as states keep it. */
  readonly text: string;
  readonly scopes: Scopes;
  /** Ids of the projects in scope; null: all, or chosen by JQL. */
  readonly projects: ReadonlySet<string> | null;
  /** Streams that cannot be read because it is not known which projects are meant. */
  readonly refused: Refused;
  /** What of `projects:` names no project; null: nothing. Everything else is read. */
  readonly lacking: string | null;
  /** Makes durable which projects are meant, before the first commit of a state that names them. @returns streams that cannot be read else */
  keep(): Promise<Refused>;
}

interface Input {
  readonly client: HttpClient;
  readonly registry: Registry;
  readonly streams: readonly string[];
  readonly scope: Scope;
}

/** Costs a request only when `projects:` is set. */
export async function resolveScope(input: Input, dialect: Dialect, store: ScopeStore): Promise<ResolvedScope> {
  const { projects: names, jql } = input.scope;
  if (!names) return plain(jql === undefined ? EVERYTHING : `(${jql})`);
  const kept = await orRefused(() => store.load());
  if (kept instanceof ConnectorError) return unresolved(input, names, [], kept);
  const found = await orRefused(() => findProjects(input.client, dialect, names));
  if (found instanceof ConnectorError) return unresolved(input, names, kept, found);
  if (found.projects.length === 0)
    return unresolved(input, names, kept, new ConnectorError('failed', lackingText(found.unknown, 'nothing was read')));
  return resolved(input, found, kept, store);
}

const plain = (clause: string): ResolvedScope => ({
  clause,
  text: textOfQuery(clause),
  scopes: new Scopes(),
  projects: null,
  refused: new Map<string, ConnectorError>(),
  lacking: null,
  keep: async () => new Map<string, ConnectorError>(),
});

function resolved(
  input: Input,
  { projects, named, unknown }: NamedProjects,
  kept: readonly ScopedProject[],
  store: ScopeStore,
): ResolvedScope {
  const text = textOfProjects(projects);
  const present = projects.map((project) => ({ ...project, scope: text }));
  const isKept = present.every(({ id }) => kept.some((one) => one.scope === text && one.id === id));
  return {
    clause: clauseOf(projects.map(({ id }) => id)),
    text,
    scopes: new Scopes([...kept, ...present], named),
    projects: new Set(projects.map(({ id }) => id)),
    refused: new Map<string, ConnectorError>(),
    lacking: unknown.length > 0 ? lackingText(unknown, 'all others were read') : null,
    async keep() {
      const kept = isKept ? undefined : await orRefused(() => store.keep(present));
      return kept instanceof ConnectorError ? forFollowing(input, kept) : new Map<string, ConnectorError>();
    },
  };
}

/** An unquoted number is an id; a text could be the name of another project. */
export const clauseOf = (ids: readonly string[]): string => `project in (${ids.join(', ')})`;

/** Streams that need no project go on, under the names in the settings: the last runs tell which projects those are. */
function unresolved(
  input: Input,
  names: readonly string[],
  kept: readonly ScopedProject[],
  error: ConnectorError,
): ResolvedScope {
  const named = new Map(kept.map(({ key, id }: Project) => [key.toUpperCase(), id]));
  const text = `project in (${names.map((name) => `"${name}"`).join(', ')})`;
  return {
    ...plain(text),
    scopes: new Scopes(kept, named),
    projects: new Set<string>(),
    refused: forFollowing(input, error),
  };
}

function forFollowing({ registry, streams }: Input, error: ConnectorError): Refused {
  const following = streams.filter((stream) => followsScope(registry, registry.get(stream)));
  return new Map(following.map((stream) => [stream, error]));
}

function lackingText(unknown: readonly string[], rest: string): string {
  return `\`projects\` in the settings: ${unknown.join(' ')} Correct the settings, or ask for the permission; ${rest}.`;
}
