/** What a catalog service is asked about namespaces and tables, and what it answers. */
import { z } from 'zod';
import { newUuid } from '../../iceberg/ids.js';
import { SERVICE_TIDIES } from '../../iceberg/kept-files.js';
import { COMMIT_ID, metadataFrom, type TableMetadata } from '../../iceberg/metadata.js';
import type { NewTable, TableName } from '../../iceberg/model.js';
import { schemaToJson } from '../../iceberg/schema-json.js';
import { isRefusal } from './answer.js';
import type { CatalogRequest, RestClient } from './client.js';
import type { CommitBody } from './commit-body.js';

/** A table as the service knows it. */
export interface ServedTable {
  readonly metadata: TableMetadata;
  readonly metadataLocation: string;
  /** How its files are reached, as the service says; null when it was not asked. */
  readonly access: Readonly<Record<string, string>> | null;
}

const text = z.string();
const settings = z.record(text, text).nullish();
const nextPage = text.nullish();
const namespacesJson = z.looseObject({ namespaces: z.array(z.array(text)), 'next-page-token': nextPage });
const namesJson = z.looseObject({
  identifiers: z.array(z.looseObject({ name: text })),
  'next-page-token': nextPage,
});
const tableJson = z.looseObject({
  'metadata-location': text.nullish(),
  metadata: z.unknown(),
  config: settings,
  'storage-credentials': z.array(z.looseObject({ prefix: text, config: settings })).nullish(),
});

const markedJson = z.looseObject({ metadata: z.looseObject({ properties: settings }) });

export class Tables {
  /** @param delegated whether the service is to hand out credentials for the tables' files */
  constructor(
    private readonly client: RestClient,
    private readonly delegated: boolean,
  ) {}

  /** The namespaces of one level. */
  async namespaces(): Promise<readonly string[]> {
    const what = 'list the namespaces of the catalog';
    const pages = await this.#pages({ what, path: ['namespaces'] }, namespacesJson);
    return pages.flatMap((page) => page.namespaces.flatMap((levels) => (levels.length === 1 ? levels : [])));
  }

  /** Names of a namespace's tables; none when there is no such namespace. */
  async names(namespace: string): Promise<readonly string[]> {
    const what = `list the tables of ${namespace}`;
    const path = ['namespaces', namespace, 'tables'];
    const pages = await this.#pages({ what, path }, namesJson).catch(orNoneWhenAbsent);
    return (pages ?? []).flatMap((page) => page.identifiers.map(({ name }) => name));
  }

  /** Null when there is no such table or namespace. */
  async load(table: TableName): Promise<ServedTable | null> {
    const what = `load table ${nameOf(table)}`;
    const query = { snapshots: 'all' };
    const request = { what, path: pathOf(table), query, headers: this.#delegation };
    const answer = await this.client.ask(request, tableJson).catch(orNoneWhenAbsent);
    return answer === null ? null : served(what, answer);
  }

  /** Whether a table was made here; it need not be one that could be read. One that this account may not see was not. */
  async isOurs(table: TableName): Promise<boolean> {
    const what = `look at table ${nameOf(table)}`;
    const request = { what, path: pathOf(table), query: { snapshots: 'refs' } };
    const answer = await this.client.ask(request, markedJson).catch((error) => {
      if (isRefusal(error, 404) || isRefusal(error, 403)) return null;
      throw error;
    });
    return answer?.metadata.properties?.[COMMIT_ID] !== undefined;
  }

  /** Makes an empty table, and its namespace when there is none. */
  async create(table: NewTable): Promise<ServedTable> {
    const { namespace, name, schema, properties } = table;
    const what = `create table ${nameOf(table)}`;
    const body = {
      name,
      schema: schemaToJson(schema),
      'stage-create': false,
      properties: { ...properties, ...SERVICE_TIDIES, 'format-version': '2', [COMMIT_ID]: newUuid() },
    };
    const request = { what, path: ['namespaces', namespace, 'tables'], body, headers: this.#delegation };
    const answer = await this.client.ask(request, tableJson).catch(async (error: unknown) => {
      if (!isRefusal(error, 404)) throw error;
      await this.#createNamespace(namespace);
      return this.client.ask(request, tableJson);
    });
    return served(what, answer);
  }

  /** One try. */
  async commit(table: TableName, body: CommitBody): Promise<ServedTable> {
    const what = `commit to table ${nameOf(table)}`;
    return { ...served(what, await this.client.ask({ what, path: pathOf(table), body }, tableJson)), access: null };
  }

  get #delegation(): Readonly<Record<string, string>> {
    return this.delegated ? { 'x-iceberg-access-delegation': 'vended-credentials' } : {};
  }

  async #createNamespace(namespace: string): Promise<void> {
    const body = { namespace: [namespace], properties: {} };
    const request = { what: `create namespace ${namespace}`, path: ['namespaces'], body };
    await this.client.ask(request, z.unknown()).catch((error) => {
      // Somebody else was faster.
      if (!isRefusal(error, 409)) throw error;
    });
  }

  async #pages<T extends { readonly 'next-page-token'?: string | null | undefined }>(
    request: CatalogRequest,
    page: z.ZodType<T>,
  ): Promise<readonly T[]> {
    const pages: T[] = [];
    const asked = new Set<string>();
    // An empty token asks for the first page; a service that does not page answers everything.
    for (let token: string | null | undefined = ''; token != null && !asked.has(token); ) {
      asked.add(token);
      const next: T = await this.client.ask({ ...request, query: { pageToken: token } }, page);
      pages.push(next);
      token = next['next-page-token'];
    }
    return pages;
  }
}

export function nameOf({ namespace, name }: TableName): string {
  return `${namespace}.${name}`;
}

function pathOf({ namespace, name }: TableName): readonly string[] {
  return ['namespaces', namespace, 'tables', name];
}

function orNoneWhenAbsent(error: unknown): null {
  if (isRefusal(error, 404)) return null;
  throw error;
}

function served(what: string, table: z.infer<typeof tableJson>): ServedTable {
  const metadataLocation = table['metadata-location'] ?? '';
  const metadata = metadataFrom(table.metadata, metadataLocation || what);
  // The most special credentials win (spec: LoadTableResult, storage-credentials).
  const special = (table['storage-credentials'] ?? [])
    .filter(({ prefix }) => metadata.location.startsWith(prefix))
    .sort((a, b) => a.prefix.length - b.prefix.length);
  const access = Object.assign({}, table.config, ...special.map(({ config }) => config));
  return { metadata, metadataLocation, access };
}
