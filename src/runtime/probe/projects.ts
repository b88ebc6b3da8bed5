/** `projects:` of the settings -> the projects they are. A key can be changed, and the old one goes on leading to the project. */

import type { Dialect } from '../../contract/dialect.js';
import { chunks } from '../../core/chunks.js';
import { own, valueAt } from '../../core/json-path.js';
import { didYouMean } from '../../core/yaml-file.js';
import type { HttpClient } from '../../http/client.js';
import type { Project } from '../plan/scopes.js';
import { lookUp } from '../requests/is-there.js';
import { type PagedRequest, readPages } from '../requests/read-pages.js';

export interface NamedProjects {
  /** Each once, in the order of the settings. */
  readonly projects: readonly Project[];
  /** Ids by every name: present keys, keys of before, and ids, in capitals. */
  readonly named: ReadonlyMap<string, string>;
  /** What names no project this account may see, with the nearest key. */
  readonly unknown: readonly string[];
}

/** Whose requests these are. */
export const PROJECTS_LABEL = 'projects of the settings';
/** As documented: more keys are refused. */
const KEYS_AT_ONCE = 50;
/** Pages read to find the nearest key to an unknown one; a site may have thousands of projects. */
const PAGES_FOR_HINT = 10;

const SEARCH: PagedRequest = {
  request: 'GET /rest/api/3/project/search',
  // Without it only live projects come. Those in the bin cannot be asked for by JQL.
  query: { status: ['live', 'archived'], expand: 'projectKeys' },
  page: {
    kind: 'offset',
    put: 'query.startAt',
    total: 'total',
    last: 'isLast',
    size: { put: 'query.maxResults', value: 100 },
  },
  rows: 'values[]',
};
/** By a key of before, or an id. */
const ONE = { request: 'GET /rest/api/3/project/{project}', query: { expand: 'projectKeys' } };
const ALL_DATACENTER: PagedRequest = {
  request: 'GET /rest/api/2/project',
  query: { expand: 'projectKeys', includeArchived: true },
  page: { kind: 'none' },
  rows: '[]',
};

/** On Cloud one request for 50 keys, and one for each name that is no present key; on Data Center one request. */
export async function findProjects(
  client: HttpClient,
  dialect: Dialect,
  names: readonly string[],
): Promise<NamedProjects> {
  const found = new Names();
  if (dialect === 'datacenter') await found.read(client, ALL_DATACENTER);
  else for (const keys of chunks(names, KEYS_AT_ONCE)) await found.read(client, SEARCH, keys);
  const missing = names.filter((name) => !found.of(name));
  if (dialect === 'cloud')
    for (const name of missing) found.add(await lookUp(client, PROJECTS_LABEL, ONE, { project: name }), name);
  const unknown = missing.filter((name) => !found.of(name));
  const keys = unknown.length === 0 ? [] : await someKeys(client, dialect, found);
  const projects = names.flatMap((name) => found.of(name) ?? []);
  return {
    projects: [...new Map(projects.map((project) => [project.id, project])).values()],
    named: found.ids(),
    unknown: unknown.map((name) => `\`${name}\` is no project that this account may see.${didYouMean(name, keys)}`),
  };
}

class Names {
  readonly #present = new Map<string, Project>();
  readonly #former = new Map<string, Project>();

  async read(client: HttpClient, request: PagedRequest, keys: readonly string[] = []): Promise<void> {
    const fixed: Record<string, readonly string[]> = keys.length > 0 ? { 'query.keys': keys } : {};
    for await (const page of readPages(client, PROJECTS_LABEL, request, {}, fixed))
      for (const { record } of page.records) this.add(record);
  }

  /** @param asked a name under which the site handed out the record */
  add(record: unknown, asked?: string): void {
    const [given, key] = [own(record, 'id'), own(record, 'key')];
    const id = typeof given === 'number' ? String(given) : given;
    // Ids stand in JQL as they are: what is no number names no project.
    if (typeof id !== 'string' || !/^[0-9]+$/.test(id) || typeof key !== 'string') return;
    const project = { id, key };
    this.#present.set(key.toUpperCase(), project);
    const former = valueAt(record, 'projectKeys[]');
    for (const name of [...(Array.isArray(former) ? former : []), project.id, asked ?? key])
      this.#former.set(String(name).toUpperCase(), project);
  }

  /** A key that somebody else's project had before is the project's that has it now. */
  of(name: string): Project | undefined {
    const upper = name.toUpperCase();
    return this.#present.get(upper) ?? this.#former.get(upper);
  }

  ids(): ReadonlyMap<string, string> {
    return new Map([...this.#former, ...this.#present].map(([name, { id }]) => [name, id]));
  }

  keys(): readonly string[] {
    return [...this.#present.values()].map(({ key }) => key);
  }
}

async function someKeys(client: HttpClient, dialect: Dialect, found: Names): Promise<readonly string[]> {
  if (dialect === 'datacenter') return found.keys();
  const keys: string[] = [];
  let pages = 0;
  for await (const page of readPages(client, PROJECTS_LABEL, SEARCH, {})) {
    keys.push(...page.records.map(({ record }) => String(own(record, 'key'))));
    pages += 1;
    if (pages === PAGES_FOR_HINT) break;
  }
  return keys;
}
