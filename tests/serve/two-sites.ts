/** Worklogs of two connections, as a sync writes them, and a server over them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { ServeKey } from '../../src/app/settings/serve-keys.js';
import type { ColumnType } from '../../src/contract/table.js';
import { KeyDigest } from '../../src/core/key-digest.js';
import { type Ports, portsOf } from '../../src/core/ports.js';
import { Lanes } from '../../src/serve/lanes.js';
import { Looks } from '../../src/serve/look.js';
import { Refreshes } from '../../src/serve/refresh.js';
import type { House } from '../../src/serve/route.js';
import { type Running, type ServeOptions, startServer } from '../../src/serve/server.js';
import { put } from '../query/people-tables.js';

const TEXTS = (...names: readonly string[]): Record<string, ColumnType> =>
  Object.fromEntries(names.map((name) => [name, 'string' as const]));
const WORKLOG: Record<string, ColumnType> = {
  ...TEXTS('id', 'issue_id', 'author_id', 'author_name', 'comment_text', 'visibility_type', 'visibility_value'),
  ...{ started: 'timestamptz', created: 'timestamptz', updated: 'timestamptz', started_date: 'date' },
  time_spent_seconds: 'long',
};
const ISSUE: Record<string, ColumnType> = {
  ...TEXTS('id', 'key', 'summary', 'project_id', 'project_key', 'project_name', 'issue_type_id', 'issue_type_name'),
  ...TEXTS('project_category_id', 'project_category_name', 'priority_id', 'priority_name', 'resolution_id'),
  ...TEXTS('resolution_name', 'status_id', 'status_name', 'status_category_id', 'status_category_key'),
  ...TEXTS('status_category_name', 'parent_id', 'parent_key', 'customfield_10008'),
  ...{ issue_type_subtask: 'boolean', issue_type_hierarchy_level: 'int', created: 'timestamptz' },
  issue_links: {
    list: {
      struct: [
        ...['id', 'type_id', 'type_name', 'inward', 'outward'],
        ...['inward_issue_id', 'inward_issue_key', 'outward_issue_id', 'outward_issue_key'],
      ].map((name) => ({ name, type: 'string' as const })),
    },
  },
};

const issue = (id: string, key: string, more: Readonly<Record<string, unknown>> = {}) => ({
  ...{ id, key, summary: `Summary of ${key} >> "quoted"`, project_id: key[0], project_key: key.split('-')[0] },
  ...{ project_name: `Project ${key.split('-')[0]}`, issue_type_id: '10000', issue_type_name: 'Story' },
  ...{ project_category_id: '10', project_category_name: 'Test Category', priority_id: '3', priority_name: 'Medium' },
  ...{ resolution_id: null, resolution_name: null, status_id: '1', status_name: 'To Do', status_category_id: '2' },
  ...{ status_category_key: 'new', status_category_name: 'To Do', parent_id: null, parent_key: null },
  ...{ issue_type_subtask: false, issue_type_hierarchy_level: 0, customfield_10008: null, issue_links: [] },
  created: '2026-01-01T00:00:00.000000Z',
  ...more,
});

const CHANGE: Record<string, ColumnType> = {
  ...TEXTS('id', 'issue_id', 'author_id'),
  created: 'timestamptz',
  items: {
    list: {
      struct: ['field', 'field_id', 'from_value', 'from_string', 'to_value', 'to_string'].map((name) => ({
        name,
        type: 'string' as const,
      })),
    },
  },
};
const change = (field: string, field_id: string | null, from: readonly string[], to: readonly string[]) => ({
  ...{ field, field_id, from_value: from[0], from_string: from[1], to_value: to[0], to_string: to[1] },
});
/** DEMO-9 was an issue of project SECRET, below another one of it, until the work of February was done. */
const CHANGES = [
  {
    ...{ id: '1', issue_id: '11', author_id: 'bob', created: '2026-02-10T00:00:00.000000Z' },
    items: [
      change('project', 'project', ['S', 'Project SECRET'], ['D', 'Project DEMO']),
      change('Key', null, ['', 'SECRET-4'], ['', 'DEMO-9']),
      change('IssueParentAssociation', null, ['30', 'SECRET-1'], ['10', 'DEMO-10']),
      change('Epic Link', 'customfield_10008', ['30', 'SECRET-1'], ['', '']),
      change('Link', null, ['SECRET-1', 'This issue blocks SECRET-1'], ['', '']),
    ],
  },
];

interface Logged {
  readonly id: string;
  readonly issue: string;
  readonly author: string;
  readonly day: string;
  readonly restricted?: true;
}

const worklog = ({ id, issue: of, author, day, restricted }: Logged) => ({
  ...{ id, issue_id: of, author_id: author, author_name: author.toUpperCase(), comment_text: `did ${id}` },
  ...{ started: `${day}T20:02:00.000000Z`, created: `${day}T21:00:00.000000Z`, updated: `${day}T21:00:00.000000Z` },
  ...{ started_date: day, time_spent_seconds: 3600 },
  visibility_type: restricted ? 'group' : null,
  visibility_value: restricted ? 'administrators' : null,
});

/** Every text that only project SECRET has. */
export const SECRET = /SECRET/;
const LINK = { id: '7', type_id: '1', type_name: 'Blocks', inward: 'is blocked by', outward: 'blocks' };

export async function fillTwoSites(root: string): Promise<void> {
  await put(root, 'acme.issue_search', { ...ISSUE, customfield_10008: ['string', 'Epic Link'] }, [
    issue('10', 'DEMO-10', {
      parent_id: '30',
      parent_key: 'SECRET-1',
      customfield_10008: 'SECRET-1',
      issue_links: [
        {
          ...LINK,
          inward_issue_id: null,
          inward_issue_key: null,
          outward_issue_id: '30',
          outward_issue_key: 'SECRET-1',
        },
      ],
    }),
    issue('11', 'DEMO-9', { parent_id: '10', parent_key: 'DEMO-10' }),
    issue('30', 'SECRET-1', { issue_type_hierarchy_level: 1 }),
  ]);
  await put(root, 'acme.issue_changelog', CHANGE, CHANGES);
  await put(root, 'acme.issue_worklog', WORKLOG, [
    worklog({ id: '100', issue: '10', author: 'ada', day: '2026-02-03' }),
    worklog({ id: '101', issue: '10', author: 'ada', day: '2026-02-02', restricted: true }),
    worklog({ id: '102', issue: '11', author: 'bob', day: '2026-02-02' }),
    worklog({ id: '103', issue: '30', author: 'bob', day: '2026-02-04' }),
    worklog({ id: '104', issue: '30', author: 'ada', day: '2026-05-04' }),
  ]);
  await put(
    root,
    'acme.project_search',
    TEXTS('key', 'name'),
    [
      { key: 'DEMO', name: 'Demo' },
      { key: 'SECRET', name: 'S' },
    ],
    ['key'],
  );
  await put(
    root,
    'acme.groups',
    TEXTS('group_id', 'name'),
    [
      { group_id: 'g1', name: 'administrators' },
      { group_id: 'g2', name: 'others' },
    ],
    ['group_id'],
  );
  await put(
    root,
    'acme.group_members',
    TEXTS('group_id', 'account_id'),
    [
      { group_id: 'g1', account_id: 'ada' },
      { group_id: 'g2', account_id: 'bob' },
    ],
    ['group_id', 'account_id'],
  );
  await put(root, 'beta.issue_search', ISSUE, [issue('10', 'OPS-1')]);
  await put(root, 'beta.issue_worklog', WORKLOG, [
    worklog({ id: '100', issue: '10', author: 'cyd', day: '2026-02-05' }),
  ]);
}

const RUN: Record<string, ColumnType> = { ...TEXTS('run_id', 'stream', 'state', 'error'), started_at: 'timestamptz' };

/** What a run leaves of its streams in its book. @param at ISO with microseconds */
export const recordRun = (
  root: string,
  connection: string,
  at: string,
  streams: Readonly<Record<string, { readonly state: string; readonly error?: string }>>,
): Promise<void> =>
  put(
    root,
    `${connection}._runs`,
    RUN,
    Object.entries(streams).map(([stream, told]) => ({ run_id: at, stream, started_at: at, ...told })),
    ['run_id', 'stream'],
  );

const OWED: Record<string, ColumnType> = {
  ...TEXTS('id', 'stream', 'name', 'bound', 'state', 'reason'),
  ...{ since: 'timestamptz', last_try: 'timestamptz', tries: 'long' },
};

/** Issues of acme whose worklogs could not be read. */
export const oweWorklogs = (root: string, issues: readonly (readonly [id: string, key: string])[]): Promise<void> =>
  put(
    root,
    'acme._owed',
    OWED,
    issues.map(([issue_id, key]) => ({
      ...{ id: `issue_worklog issue_id=${issue_id}`, stream: 'issue_worklog', name: `issue ${issue_id} "${key}"` },
      ...{ bound: JSON.stringify({ issue_id }), state: 'owed', reason: 'the site answered 500', tries: 1 },
      since: '2026-02-20T00:00:00.000000Z',
    })),
  );

/** What a sync does that finds one more. */
export const addWorklog = (root: string): Promise<unknown> =>
  put(root, 'beta.issue_worklog', WORKLOG, [worklog({ id: '101', issue: '10', author: 'cyd', day: '2026-02-06' })]);

export const FEBRUARY = 'start=2026-02-01&end=2026-02-28';
export const LABELS = new Map([
  ['acme', 'Acme Cloud'],
  ['beta', 'Beta'],
]);

/** A key of this name, and what it opens. */
export const keyOf = (name: string): string => `${name}/+=${'k'.repeat(40)}`;

export const serveKey = (
  name: string,
  more: Partial<Omit<ServeKey, 'limits'>> & { limits?: Partial<ServeKey['limits']> } = {},
): ServeKey => ({
  ...{ name, digest: KeyDigest.of(keyOf(name)), connections: null, mayAskSite: false, mayRefresh: false },
  ...more,
  limits: { projects: null, groups: null, restricted: false, ...more.limits },
});

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly bytes: Uint8Array;
}

export interface Served extends Running {
  /** Everything that was logged. */
  readonly logged: readonly string[];
  get(path: string, headers?: Readonly<Record<string, string>>, method?: string): Promise<Answered>;
  /** With the key of this name. */
  as(name: string, path: string): Promise<Answered>;
}

export async function served(
  root: string,
  given: {
    readonly keys?: readonly ServeKey[];
    readonly options?: Partial<ServeOptions>;
    readonly house?: Partial<House>;
  } = {},
): Promise<Served> {
  const logged: string[] = [];
  const tell = (text: string, fields?: unknown) => void logged.push(`${text} ${JSON.stringify(fields)}`);
  const ports: Ports = portsOf({ log: { debug: tell, info: tell, warn: tell, error: tell } });
  const house: House = {
    warehouse: { root },
    labels: LABELS,
    keys: given.keys ?? [],
    connections: () => [],
    askSites: async () => [],
    measured: { config: 'sync.yaml', version: '1.2.3', watched: null },
    looks: new Looks({ root }, LABELS, ports.log),
    lanes: new Lanes(2, 60_000),
    refreshes: new Refreshes(async () => ({ exitCode: 0, words: '' }), ports),
    ...given.house,
  };
  const running = await startServer({ host: '127.0.0.1', port: 0, behindProxy: false, ...given.options }, house, ports);
  const get: Served['get'] = (path, headers = {}, method = 'GET') => ask(`${running.url}${path}`, headers, method);
  return { ...running, logged, get, as: (name, path) => get(path, { authorization: `Apikey ${keyOf(name)}` }) };
}

/** A socket of its own each, as curl has. */
export function ask(url: string, headers: Readonly<Record<string, string>>, method = 'GET'): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers, method, agent: false }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: Buffer.concat(parts).toString('utf8'),
          bytes: Buffer.concat(parts),
        }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

export function temporaryFolder(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'serve-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A key that sees all. */
export const FULL = serveKey('full', { limits: { restricted: true } });

/** The two sites, served to the keys `full` and `part` (of one project) as long as the tests of a file run. */
export function serveTwoSites(): { readonly root: string; readonly server: Pick<Served, 'get' | 'as' | 'logged'> } {
  const { folder, remove } = temporaryFolder();
  const root = join(folder, 'warehouse');
  let running: Served | undefined;
  beforeAll(async () => {
    await fillTwoSites(root);
    running = await served(root, { keys: [FULL, serveKey('part', { limits: { projects: ['DEMO'] } })] });
  });
  afterAll(async () => {
    await running?.close();
    remove();
  });
  const now = () => {
    if (!running) throw new Error('The server has not begun.');
    return running;
  };
  const server: Pick<Served, 'get' | 'as' | 'logged'> = {
    get: (...asked) => now().get(...asked),
    as: (...asked) => now().as(...asked),
    get logged() {
      return now().logged;
    },
  };
  return { root, server };
}
