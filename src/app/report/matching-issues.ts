/** Which issues a filter or a JQL query finds, asked of the site: their ids alone, thousands in one request. */

import type { Dialect } from '../../contract/dialect.js';
import { ConnectorError } from '../../core/errors.js';
import type { Ports } from '../../core/ports.js';
import type { HttpClient } from '../../http/client.js';
import { HttpStatusError } from '../../http/errors.js';
import type { Freshness } from '../../reports/freshness.js';
import type { Sources } from '../../reports/sources.js';
import type { Pair } from '../../reports/worklogs/asked.js';
import { type PagedRequest, readList } from '../../runtime/requests/read-pages.js';
import { routeOf } from '../../runtime/requests/routes.js';
import { deployedOn } from '../../runtime/streams/dialect.js';
import { SiteClients } from '../connect/site-clients.js';
import type { Connection } from '../settings/config.js';
import { definitions } from '../settings/definitions.js';

export interface Question {
  /** As the user gave it: `--filter 10200`. */
  readonly option: string;
  readonly jql: string;
}

export interface AskedSite {
  readonly connection: Connection;
  readonly dialect: Dialect;
}

const ISSUES = 'issue_search';

const filterQuestion = (filter: string): Question => ({
  option: `--filter ${filter}`,
  jql: `filter = ${/^\d+$/.test(filter) ? filter : JSON.stringify(filter)}`,
});

const jqlQuestion = (jql: string): Question => ({ option: `--jql ${JSON.stringify(jql)}`, jql });

export type AskSites = typeof matchingIssues;

/**
 * As the connections' accounts see it: a filter that an account may not see is an error.
 * @returns issues of all sites, one set a question
 * @throws ConnectorError kind `usage` for a query that a site refuses
 */
export async function matchingIssues(
  questions: readonly Question[],
  sites: readonly AskedSite[],
  ports: Pick<Ports, 'log' | 'redactor' | 'signal'>,
): Promise<readonly (readonly Pair[])[]> {
  const clients = new SiteClients(ports);
  const found = questions.map((): Pair[] => []);
  for (const { connection, dialect } of sites) {
    const client = clients.clientFor(connection);
    try {
      for (const [index, question] of questions.entries())
        found[index]?.push(...(await idsOf(client, dialect, question)).map((id): Pair => [connection.name, id]));
    } finally {
      await client.close();
    }
  }
  return found;
}

async function idsOf(client: HttpClient, dialect: Dialect, { option, jql }: Question): Promise<readonly string[]> {
  const { registry } = deployedOn(dialect, definitions().registry, []);
  const stream = registry.get(ISSUES);
  const route = routeOf(stream, stream.census?.list ?? '');
  try {
    // The route's own order follows: brackets keep the question's `OR` to itself.
    const records = await readList(
      client,
      'report',
      route as PagedRequest,
      { scope: `(${jql})`, since_ms: '0' },
      option,
    );
    return records.map(({ record }) => String((record as { readonly id?: unknown }).id));
  } catch (cause) {
    if (!(cause instanceof HttpStatusError) || cause.status !== 400) throw cause;
    throw new ConnectorError(
      'usage',
      `${option}: the site does not take it. A filter may be missing or hidden from the connection's account, or the query has a mistake; it may hold no ORDER BY.`,
      { cause, detail: cause.message },
    );
  }
}

export interface Asking {
  readonly options: { readonly filters?: readonly string[]; readonly jql?: readonly string[] };
  /** The connections of the settings, asked for only when there is a question. */
  readonly connections: () => readonly Connection[];
  /** Whoever asks; default: this process. */
  readonly askSites?: AskSites;
  /** Of the connections that are meant; null: all. */
  readonly names: readonly string[] | null;
}

export interface Matched {
  /** Sets of issues, each of which has to hold. */
  readonly matched: readonly (readonly Pair[])[];
  /** Connections of the warehouse whose sites were not asked, as the settings do not have them: none of their issues is in a set. */
  readonly unasked: readonly string[];
}

/** Filters are alternatives to each other, as in the endpoint this stands for; JQL and filters have to hold both. */
export async function matchedOf(
  sources: Sources,
  { options: { filters = [], jql = [] }, connections, askSites = matchingIssues, names }: Asking,
  ports: Pick<Ports, 'log' | 'redactor' | 'signal'>,
): Promise<Matched> {
  const questions = [...filters.map(filterQuestion), ...jql.map(jqlQuestion)];
  if (questions.length === 0) return { matched: [], unasked: [] };
  const wanted = connections().filter(({ name }) => names === null || names.includes(name));
  const deployments = sources.has('server_info')
    ? await sources.rows('SELECT _connection, deployment_type FROM main.server_info')
    : [];
  const sites = wanted.map((connection) => {
    const known = deployments.find((row) => row._connection === connection.name)?.deployment_type;
    const isCloud = known === undefined ? connection.auth.type !== 'pat' : known === 'Cloud';
    return { connection, dialect: isCloud ? ('cloud' as const) : ('datacenter' as const) };
  });
  const found = await askSites(questions, sites, ports);
  const ofFilters = found.slice(0, filters.length).flat();
  const there = sources.warehouse.tables.filter(({ name }) => name === ISSUES).map(({ namespace }) => namespace);
  const unasked = (names ?? there).filter((name) => there.includes(name) && !wanted.some((one) => one.name === name));
  for (const { text } of unaskedLines(unasked)) ports.log.warn(text);
  return {
    matched: [...(filters.length > 0 ? [ofFilters] : []), ...found.slice(filters.length)],
    unasked,
  };
}

/** For the head of a report. */
export const unaskedLines = (unasked: readonly string[]): readonly Freshness[] =>
  unasked.map((name) => ({
    text: `${name}: left out, as its site was not asked: the settings have no connection of that name.`,
    isWhole: false,
  }));
