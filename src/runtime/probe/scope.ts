/** What the settings select, as a set of ids: for streams that cannot be asked by JQL. */
import { ConnectorError } from '../../core/errors.js';
import { valueAt } from '../../core/json-path.js';
import type { HttpClient } from '../../http/client.js';
import type { ScopeRead } from '../plan/read-plan.js';
import type { Values } from '../requests/build-request.js';
import { type PagedRequest, readList } from '../requests/read-pages.js';
import { sinceValues } from '../requests/since.js';
import { isRequestRoute, type Registry } from '../streams/registry.js';
import { orRefused, type Refused } from './preparation.js';

export interface Scope {
  /** Keys (or old keys) or ids of projects. */
  readonly projects?: readonly string[];
  /** The user's own JQL, without ORDER BY. */
  readonly jql?: string;
}

export interface IdsInScope {
  /** By the stream that others name in `scope.of` and are not read through. */
  readonly ids: ReadonlyMap<string, ReadonlySet<string>>;
  /** Streams whose rows cannot be told from those outside of the scope. */
  readonly refused: Refused;
}

/** Costs one walk by the cheapest route of each stream that is named (1 request per 5000 issues). */
export async function readIds(
  input: { readonly registry: Registry; readonly client: HttpClient },
  reads: readonly ScopeRead[],
  values: Values,
): Promise<IdsInScope> {
  const ids = new Map<string, ReadonlySet<string>>();
  const refused = new Map<string, ConnectorError>();
  for (const { of, for: streams } of reads) {
    const found = await orRefused(() => idsOf(input.registry, input.client, of, streams[0] ?? '', values));
    if (!(found instanceof ConnectorError)) ids.set(of, found);
    else for (const stream of streams) refused.set(stream, found);
  }
  return { ids, refused };
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
  const all = { ...values, ...sinceValues(0) };
  const records = await readList(
    client,
    label,
    route as PagedRequest,
    all,
    `the list of ids of ${name} within \`projects\` or \`jql\``,
  );
  return new Set(records.map(({ record }) => String(valueAt(record, path))));
}
