/** A small invented registry, and what a plan of it is made of: rules are tried without a site. */
import type { Settings, State } from '../../src/runtime/plan/bookmark.js';
import {
  everyStep,
  makeReadPlan,
  type PlanFacts,
  type ReadPlan,
  type ScanStep,
  wantedOf,
} from '../../src/runtime/plan/read-plan.js';
import { EVERYTHING, Scopes } from '../../src/runtime/plan/scopes.js';
import type { Choice } from '../../src/runtime/plan/tree.js';
import { makeRegistry, type Stream } from '../../src/runtime/streams/registry.js';
import type { Route } from '../../src/runtime/streams/stream-file.js';

export const DAY = 86_400_000;
export const NOW = 100 * DAY;
export const SITE = 'https://acme.atlassian.net';

const route = (name: string, more: object = {}): Route => {
  const page = { kind: 'token', read: 'next', put: 'body.next', last: 'isLast', size: { put: 'body.max', value: 100 } };
  return { name, request: `GET /${name}`, page, rows: 'values[]', ...more } as unknown as Route;
};
const COLUMNS = Object.fromEntries(
  ['id', 'key', 'parent_id', 'issue_id'].map((name) => [name, { type: 'string', about: 'A text.' }]),
);
const LINKS = { type: 'list<string>', about: 'Ids of other issues.' };
const BOARD_KEY = { type: 'string', about: 'Repeated.', repeats: { stream: 'boards', column: 'key' } };
const WHEN = { type: 'timestamptz', about: 'A moment.' };
const stream = (name: string, routes: readonly Route[], more: object = {}): Stream =>
  ({
    ...{ stream: name, file: `${name}.yaml`, primary_key: ['id'], write: 'upsert', routes },
    ...{ columns: COLUMNS, needs: { permission: 'Browse projects' }, ...more },
  }) as unknown as Stream;
const hangsOn = (parent: string) => ({ parent: { stream: parent, bind: { parent_id: 'id' } } });

/** Issues have a cursor and a list of all keys; comments hang on them; worklogs come by a feed; sprints are read of boards; tags are replaced. */
export const SMALL = makeRegistry([
  stream(
    'issues',
    [
      route('search', { query: { jql: '{scope}' } }),
      route('keys', { only: 'census' }),
      route('in_scope', { only: 'census', request: 'POST /in_scope', batch: { of: 'id', put: 'body.ids', max: 2 } }),
      route('bulk', {
        only: 'census',
        batch: { of: 'id', put: 'body.ids', max: 2, answers: 'id' },
        request: 'POST /bulk',
      }),
    ],
    {
      columns: { ...COLUMNS, updated: WHEN, created: WHEN, links: LINKS, board_key: BOARD_KEY },
      born: 'created',
      look: { request: 'GET /issue/{id}' },
      cursor: { column: 'updated', lookback: '1h' },
      census: {
        list: 'keys',
        read: 'bulk',
        confirm: 'in_scope',
        named_in: ['links[]'],
        group: { column: 'key', from: 'key' },
      },
    },
  ),
  stream('comments', [route('each', { request: 'GET /each/{parent_id}' })], hangsOn('issues')),
  stream('worklog_feed', [route('feed')], {
    cursor: { column: 'at', lookback: '1m' },
    columns: { ...COLUMNS, at: WHEN },
    deletions: { ...route('deleted'), key: { id: 'gone' } },
  }),
  stream('worklogs', [route('list', { parent: { stream: 'worklog_feed', bind: { id: 'id' } } })], {
    ...hangsOn('issues'),
    scope: { of: 'issues', column: 'issue_id' },
  }),
  stream('worklog_notes', [route('notes')], hangsOn('worklogs')),
  stream('boards', [route('boards')]),
  stream(
    'approvals',
    [
      route('approvals'),
      route('by_id', { only: 'census', request: 'POST /by_id', batch: { of: 'id', put: 'body.ids', max: 2 } }),
    ],
    {
      gone_with: { stream: 'issues', key: 'id', confirm: 'by_id' },
    },
  ),
  stream('sprints', [route('sprints')], hangsOn('boards')),
  stream('tags', [route('tags')], { write: 'replace' }),
]);

export const settingsOf = (more: Partial<Settings> = {}): Settings => ({
  ...{ scope: EVERYTHING, scopes: new Scopes(), start: 0, fullRefresh: false, people: null },
  ...more,
});

export const stateOf = (more: Partial<State> = {}): State => ({
  ...{ v: 1, site: SITE, account: 'me', bookmark: { of: 'issues', ms: 90 * DAY }, complete: true, scope: EVERYTHING },
  ...{ start: 0, seen: null, census: NOW, overlap: NOW, whole: NOW, wider: null },
  ...more,
});

export type Tables = Readonly<Record<string, State | null>>;

export const factsOf = (tables: Tables, more: Partial<PlanFacts> = {}): PlanFacts => ({
  ...{ registry: SMALL, dialect: 'cloud', site: SITE, account: 'me', aliases: new Set(['me']) },
  ...{ settings: settingsOf(), scoped: false, acceptDeletes: false, runStart: NOW, live: new Map() },
  schedule: { census: 'auto', overlap: null, reread: new Map() },
  states: new Map(Object.entries(tables)),
  ...more,
});

export function planOf(tables: Tables, more: Partial<PlanFacts> = {}, choice: Choice = new Map()): ReadPlan {
  const facts = factsOf(tables, more);
  return makeReadPlan(facts, wantedOf(Object.keys(tables), facts), choice);
}

export function stepOf(plan: ReadPlan, name: string): ScanStep {
  const found = plan.steps.flatMap(everyStep).find((step) => step.stream.stream === name);
  if (!found) throw new Error(`The plan has no step ${name}.`);
  return found;
}
