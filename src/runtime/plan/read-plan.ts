/**
 * Everything that will be asked and written, decided before the first row is asked for. A plan is a value made of facts alone: `sync`
 * carries it out, `plan` puts a price on it, and a rule can be tried without a site.
 */

import type { Dialect } from '../../contract/dialect.js';
import { durationMs } from '../../core/duration.js';
import { followsScope, parentsOf, type Registry, type Stream } from '../streams/registry.js';
import type { AtRest } from '../streams/rest-words.js';
import { passedOver } from './at-rest.js';
import {
  isWider,
  type ReconcileSchedule,
  refuseOtherSite,
  type Schedule,
  type Settings,
  type State,
  samePeople,
  type Window,
  windowOf,
} from './bookmark.js';
import { askedOf } from './columns-read.js';
import { pageSize } from './cost.js';
import { answersForRest, type Coverage, coverageOf } from './coverage.js';
import { everyOf } from './not-due.js';
import { isReconcileDue, listRequests } from './reconcile-due.js';
import { type Choice, planTree, subtree, type TreeNode, type Wanted } from './tree.js';

/** What is known before anything is read but identity, fields, tables and one sample. */
export interface PlanFacts {
  readonly registry: Registry;
  readonly dialect: Dialect;
  readonly site: string;
  /** Who reads, and under which other names the same account may stand in states. */
  readonly account: string;
  readonly aliases: ReadonlySet<string>;
  readonly settings: Settings;
  /** Whether `projects:` or `jql:` narrow what is read. */
  readonly scoped: boolean;
  readonly acceptDeletes: boolean;
  /** When the run begins, by the earlier of the site's clock and ours, epoch milliseconds. */
  readonly runStart: number;
  readonly schedule: {
    readonly census: ReconcileSchedule;
    readonly overlap: number | null;
    readonly reread: ReadonlyMap<string, number>;
    readonly every?: ReadonlyMap<string, number>;
  };
  /** Of every table that may be written; null for one that is not there yet. */
  readonly states: ReadonlyMap<string, State | null>;
  /** Live rows of tables whose keys can be listed, as far as they are known. */
  readonly live: ReadonlyMap<string, number>;
}

export interface ReadPlan {
  /** The longest chain first. */
  readonly steps: readonly RootStep[];
  readonly reconciliations: readonly Reconciliation[];
  readonly scopeIds: readonly ScopeRead[];
  /** Streams that are not due, of which records that are read may tell something. */
  readonly asides: readonly ScanStep[];
}

/** One stream of the tree: how it is read, from where on, and what its read says of rows that are gone. */
export interface ScanStep extends TreeNode {
  readonly children: readonly ScanStep[];
  /** Its rows are written; else it is read for its children alone. */
  readonly written: boolean;
  /** Of its table before the run. */
  readonly state: State | null;
  readonly window: StepWindow;
  readonly schedule: Schedule;
  readonly deletes: Deletes;
  /** Parents that its walk passes over, since they are at rest; null: none. */
  readonly passes: AtRest['where'] | null;
}

export interface RootStep extends ScanStep {
  /** The walk feeds all that hang on it: it begins where the one furthest behind wants to go on. */
  readonly scan: { readonly since: number; readonly full: boolean };
}

export interface StepWindow extends Window {
  /** The stream whose cursor orders the walk; null: there is no order. */
  readonly of: string | null;
  /** No bookmark goes beyond: the index may lag by the lookback. Epoch milliseconds. */
  readonly ceiling: number;
  /**
   * Rows of other tables from here on are new: where the last read began, since a record that moved away before it must not take along
   * what it had to tell. Epoch milliseconds.
   */
  readonly fresh: number;
}

/** More vanished rows than both of these at once are not believed. */
export interface Limit {
  readonly rows: number;
  readonly share: number;
}

export interface Deletes {
  /** The site's own feed of deleted keys is read from here on, epoch milliseconds; null: there is none, or nothing to mark yet. */
  readonly feedSince: number | null;
  /** The table is held against the list of all keys in this run, if it was read whole. */
  readonly reconcile: boolean;
  /** Whether it could be held against the list: it holds no more than the settings show, as this account sees it. */
  readonly countable: boolean;
  /** Who answers for rows that a whole read has not met. */
  readonly coverage: Coverage;
  /** A whole re-read remembers the keys it met, and the others are gone. */
  readonly byAbsence: boolean;
  /** Rows not met may lie outside of what the settings show. */
  readonly narrowed: boolean;
  /** Another account than the last run's reads: what it does not see may only be hidden from it. */
  readonly differentAccount: boolean;
  /** Null: the user accepts any number. */
  readonly atMost: Limit | null;
}

export type CountedStream = Stream & Required<Pick<Stream, 'census'>>;

/** One list of all keys, and who is held against it. */
export interface Reconciliation {
  readonly stream: CountedStream;
  /** The table of the listed records themselves, and those whose rows hang on them. */
  readonly listed: ScanStep | null;
  readonly below: readonly ScanStep[];
}

/** The ids of a stream in scope, against which rows that cannot be asked for by scope are held. */
export interface ScopeRead {
  readonly of: string;
  /** Who needs them; the first one's requests they are. */
  readonly for: readonly string[];
}

const BELIEVABLE: Limit = { rows: 100, share: 0.05 };

/** @throws ConnectorError kind `usage` for a table that belongs to another site. */
export function wantedOf(streams: readonly string[], facts: PlanFacts): readonly Wanted[] {
  return streams.map((stream) => {
    const state = facts.states.get(stream) ?? null;
    refuseOtherSite(stream, state?.site ?? null, facts.site);
    const { mode } = windowOf(state, '', facts.settings, scheduleOf(stream, facts));
    return { stream, mode: facts.registry.get(stream).write === 'replace' ? 'full' : mode };
  });
}

/** @param later streams that are not due */
export function makeReadPlan(
  facts: PlanFacts,
  wanted: readonly Wanted[],
  choice: Choice,
  later: Iterable<string> = [],
): ReadPlan {
  const roots = planTree(facts.registry, wanted, facts.dialect, choice);
  const lists = listCosts(roots, facts);
  const steps = roots.map((root) => rootStep(root, lists, facts));
  const scopeIds = facts.scoped ? scopeReads(steps) : [];
  const asides = [...later].flatMap((stream) => asideOf(stream, wanted, facts));
  return Object.freeze({ steps, reconciliations: reconciliations(steps, facts), scopeIds, asides });
}

/** Not walked: it is only asked about what others tell of it, and a part of a read is no whole one. */
function asideOf(name: string, wanted: readonly Wanted[], facts: PlanFacts): readonly ScanStep[] {
  const { at_rest: rest, gone_with: leader, parent } = facts.registry.get(name);
  const tellers = [rest && parent?.stream, rest?.told_by.stream, leader?.confirm ? undefined : leader?.stream];
  if (!wanted.some(({ stream }) => tellers.includes(stream))) return [];
  const roots = planTree(facts.registry, [{ stream: name, mode: 'full' }], facts.dialect);
  const [step] = roots
    .flatMap((root) => everyStep(scanStep(root, { of: null, some: false }, new Map(), facts)))
    .filter(({ stream }) => stream.stream === name);
  return step ? [{ ...step, children: [], window: { ...step.window, mode: 'incremental' } }] : [];
}

function rootStep(root: TreeNode, lists: ReadonlyMap<string, number>, facts: PlanFacts): RootStep {
  const of = root.stream.cursor ? root.stream.stream : null;
  const step = scanStep(root, { of, some: root.query !== null }, lists, facts);
  const windows = everyStep(step).flatMap(({ written, window }) => (written ? [window] : []));
  const since = of === null ? facts.settings.start : Math.min(...windows.map((window) => window.since));
  const full = of === null || windows.some(({ mode }) => mode === 'full');
  return Object.freeze({ ...step, scan: { since, full } });
}

/** The walk that a step is part of: whose cursor orders it, and whether it leaves out records that nobody wants. */
interface Walk {
  readonly of: string | null;
  readonly some: boolean;
}

function scanStep(node: TreeNode, walk: Walk, lists: ReadonlyMap<string, number>, facts: PlanFacts): ScanStep {
  const { of, some } = walk;
  const name = node.stream.stream;
  const written = node.selected && facts.states.has(name);
  const state = (written && facts.states.get(name)) || null;
  const schedule = scheduleOf(name, facts);
  const whole = of === null || node.stream.write === 'replace';
  const found = windowOf(state, of ?? '', facts.settings, schedule);
  const lookback = durationMs(facts.registry.get(of ?? name).cursor?.lookback ?? '1s');
  const window = {
    ...(of === null ? { ...found, since: facts.settings.start, covers: facts.settings.start } : found),
    ...(whole ? { mode: 'full' as const, why: 'it is read as a whole' } : {}),
    ...{ of, ceiling: facts.runStart - lookback, fresh: Math.min(found.since, state?.from ?? facts.settings.start) },
  };
  const step = { ...node, written, state, window, schedule };
  return Object.freeze({
    ...step,
    passes: passedOver(node.stream, state, facts),
    deletes: deletesOf({ ...step, some }, lists.get(listOf(node.stream)) ?? null, facts),
    children: node.children.map((child) => scanStep(child, walk, lists, facts)),
  });
}

type Undecided = Omit<ScanStep, 'deletes' | 'children' | 'passes'> & Pick<Walk, 'some'>;

function deletesOf(step: Undecided, requests: number | null, facts: PlanFacts): Deletes {
  const { stream, state, window, schedule } = step;
  const wider = state !== null && isWider(state, facts.settings);
  const differentAccount = state !== null && !facts.aliases.has(state.account) && !facts.acceptDeletes;
  const countable = state === null || (!wider && state.account === facts.account);
  // Nothing of what hangs on other records can have vanished before it was read the first time.
  const began = stream.census !== undefined || state !== null;
  const occasion = { schedule: schedule.census, mode: window.mode, last: state?.census ?? null, now: facts.runStart };
  const coverage = coverageOf(step, facts);
  return {
    feedSince: stream.deletions && step.written ? (state?.bookmark?.ms ?? null) : null,
    reconcile:
      step.written && stream.write !== 'replace' && countable && began && isReconcileDue({ ...occasion, requests }),
    countable,
    coverage,
    byAbsence: answersForRest(step, coverage, facts.settings, step.parent?.query !== undefined && step.some),
    narrowed: wider && followsScope(facts.registry, stream),
    differentAccount,
    // Rows keyed by people have other keys now; that those of before are gone is no lost permission.
    atMost: facts.acceptDeletes || (state && !samePeople(state, facts.settings)) ? null : BELIEVABLE,
  };
}

/** Requests for each list of keys whose records are read in this run, by what its table holds. */
function listCosts(roots: readonly TreeNode[], facts: PlanFacts): ReadonlyMap<string, number> {
  const costs = new Map<string, number>();
  for (const { stream, selected } of roots.flatMap(subtree))
    if (selected && stream.census && facts.states.has(stream.stream)) {
      const list = stream.routes.find(({ name }) => name === stream.census?.list);
      costs.set(stream.stream, listRequests(facts.live.get(stream.stream) ?? 0, list ? pageSize(list) : 1));
    }
  return costs;
}

/** The stream whose list of keys its rows are held against. */
const listOf = (stream: Stream): string => (stream.census ? stream.stream : (stream.parent?.stream ?? ''));

/** Those of which a table is to be held against the list; the first pays for it. */
function reconciliations(roots: readonly ScanStep[], { registry }: PlanFacts): readonly Reconciliation[] {
  const kept = roots.flatMap(everyStep).filter(({ written, stream }) => written && stream.write !== 'replace');
  return [...registry.streams.values()].filter(isCounted).flatMap((stream) => {
    const listed = kept.find((step) => step.stream.stream === stream.stream) ?? null;
    const below = kept.filter((step) => step.stream.parent?.stream === stream.stream);
    return [listed, ...below].some((step) => step?.deletes.reconcile) ? [{ stream, listed, below }] : [];
  });
}

const isCounted = (stream: Stream): stream is CountedStream => stream.census !== undefined;

/** Rows that come through the walk of the stream that is named are in scope because the walk is. */
function scopeReads(roots: readonly RootStep[]): readonly ScopeRead[] {
  const needed = new Map<string, readonly string[]>();
  for (const root of roots)
    for (const { stream, selected } of subtree(root)) {
      const of = stream.scope && 'of' in stream.scope ? stream.scope.of : root.stream.stream;
      if (selected && of !== root.stream.stream) needed.set(of, [...(needed.get(of) ?? []), stream.stream]);
    }
  return [...needed].map(([of, streams]) => ({ of, for: streams }));
}

/** Whether some route of it goes by rows that are new in another table. */
export const readsFreshRows = (stream: Stream): boolean => parentsOf(stream).some(({ since }) => since !== undefined);

/** The column that says which parent a row hangs on; empty: none. */
export const parentColumnOf = ({ stream, parent }: Pick<TreeNode, 'stream' | 'parent'>): string =>
  Object.keys((stream.parent ?? parent)?.bind ?? {})[0] ?? '';

/** The step and everything below it. */
export function everyStep(step: ScanStep): readonly ScanStep[] {
  return [step, ...step.children.flatMap(everyStep)];
}

export function scheduleOf(
  stream: string,
  { runStart: now, schedule, registry }: Pick<PlanFacts, 'runStart' | 'schedule' | 'registry'>,
): Schedule {
  const { census, overlap, reread, every } = schedule;
  const rhythm = { reread: reread.get(stream) ?? null, every: every && everyOf(registry.get(stream), every) };
  return { now, census, overlap, ...rhythm, ...askedOf(registry.get(stream)) };
}
