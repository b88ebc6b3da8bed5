/** What a sync of one connection would do and cost, found with a handful of requests and nothing written. */

import { showMoment } from '../../core/calendar.js';
import { CREDENTIAL_CHECK } from '../../http/login-check.js';
import { pseudonymsOf } from '../auth/pseudonym.js';
import { parseState, withoutFuture } from '../plan/bookmark.js';
import { pageSize, secondsOf } from '../plan/cost.js';
import { dueStreams } from '../plan/not-due.js';
import { exactly, type Range } from '../plan/range.js';
import { everyStep, makeReadPlan, type PlanFacts, type ReadPlan, type RootStep, wantedOf } from '../plan/read-plan.js';
import type { RunHistory } from '../plan/run-history.js';
import { clocksOf, factsOf } from '../probe/facts.js';
import { dialectOf, identify } from '../probe/identity.js';
import { Probe } from '../probe/probe.js';
import { PROJECTS_LABEL } from '../probe/projects.js';
import type { ReadInput } from '../probe/read-input.js';
import { resolveScope } from '../probe/resolve-scope.js';
import { measure } from '../probe/route-choice.js';
import { needFields } from '../probe/site-view.js';
import { withChosenColumns } from '../streams/chosen-columns.js';
import { deployedOn } from '../streams/dialect.js';
import { type Alternative, alternatives } from './alternatives.js';
import { Costs, type Parents } from './costs.js';
import type { Estimating } from './estimate.js';
import { estimateLists } from './estimate-lists.js';
import { estimateScans } from './estimate-scans.js';
import { estimateAsides } from './resting.js';

export interface PlanInput extends ReadInput {
  /** What the tables of earlier runs tell. */
  readonly history: RunHistory;
}

export interface StreamPlan {
  readonly stream: string;
  readonly route: string;
  readonly mode: 'full' | 'incremental';
  /** Why it begins where it does, in a few words. */
  readonly why: string;
  /** Counted as in the report of a run: a request that feeds several streams on the one that walks. */
  readonly requests: Range;
  /** Null: nothing is known of them before they are read. */
  readonly rows: Range | null;
  /** Where each parent costs a request; null elsewhere. */
  readonly parents: Parents | null;
  /** ISO timestamp; null: it is due now. */
  readonly dueAt: string | null;
}

export interface Plan {
  readonly streams: readonly StreamPlan[];
  /** The credential check included. */
  readonly requests: Range;
  readonly seconds: number;
  readonly alternatives: readonly Alternative[];
}

/** Requests a plan may cost, the two of the credential check included. */
export const MOST_REQUESTS = 10;

/** @throws ConnectorError as `runSync` does before it reads: credentials, another site's warehouse. */
export async function runPlan(asked: PlanInput): Promise<Plan> {
  const { client, rate, history } = asked;
  const chosen = withChosenColumns(asked.registry, asked.columns, asked.streams);
  const identity = await identify(client);
  const { earliest: runStart, latest } = clocksOf(asked, identity);
  const dialect = dialectOf(identity);
  const { registry, streams } = deployedOn(dialect, chosen, asked.streams);
  const input = { ...asked, registry, streams };
  const before = client.counters().requests;
  const scope = await resolveScope(input, dialect, { load: () => history.projects(), keep: async () => undefined });
  const resolving = client.counters().requests - before;
  const pseudonyms = input.people.mode === 'pseudonymous' ? pseudonymsOf(input.people, input.site) : null;
  const states = new Map(
    streams.map((stream) => {
      const state = parseState(stream, history.state(stream));
      return [stream, state && withoutFuture(state, latest, null)];
    }),
  );
  const known = factsOf(input, { identity, dialect, registry, scope, pseudonyms, runStart, acceptDeletes: false });
  const facts = { ...known, states, live: await liveOf(streams, input) };
  const due = dueStreams(streams, await history.owing(), facts);
  const wanted = wantedOf(due.streams, facts);
  const values = { scope: scope.clause };
  const measured = await measure(input, wanted, dialect, values);
  const plan = makeReadPlan(facts, wanted, measured.choice, due.later.keys());
  const costs = new Costs();
  costs.add(CREDENTIAL_CHECK, exactly(2));
  if (resolving > 0) costs.add(PROJECTS_LABEL, exactly(resolving));
  for (const stream of needFields(input).slice(0, 1)) costs.add(stream, exactly(1));
  const probe = new Probe(client, values, dialect, runStart, MOST_REQUESTS);
  const projects = scope.projects && [...scope.projects];
  const ctx: Estimating = { ...facts, projects, history, costs, probe };
  const [walks, lists] = [plan.steps.filter(hasCursor), plan.steps.filter((root) => !hasCursor(root))];
  const learned = await estimateScans(walks, { wanted, measured, rate, spare: lists.length === 0 }, plan, ctx);
  const records = (stream: string) => learned.records(stream, 'incremental');
  await estimateLists(lists, plan, ctx, records);
  await estimateAsides(plan, ctx, records);
  await addScopeReads(plan, ctx);
  const requests = costs.total();
  return {
    streams: [...streamPlans(plan, costs), ...notDuePlans(due.later, facts, costs)].sort(byName),
    requests,
    seconds: secondsOf({ requests: requests.max, chain: costs.chain }, learned),
    alternatives: alternatives(registry, wanted, dialect, measured.choice, learned),
  };
}

async function liveOf(streams: readonly string[], { registry, history }: PlanInput): Promise<Map<string, number>> {
  const live = new Map<string, number>();
  for (const stream of streams) if (registry.get(stream).census) live.set(stream, (await history.rows(stream)) ?? 0);
  return live;
}

const hasCursor = (root: RootStep) => root.stream.cursor !== undefined;

const byName = (a: StreamPlan, b: StreamPlan) => (a.stream < b.stream ? -1 : 1);

function streamPlans({ steps }: ReadPlan, costs: Costs): StreamPlan[] {
  return steps
    .flatMap(everyStep)
    .filter(({ selected }) => selected)
    .map(({ stream: { stream }, route, window: { mode, why } }) => ({
      ...{ stream, route: route.name, mode, why },
      requests: costs.requests(stream),
      rows: costs.rows(stream),
      parents: costs.parents(stream),
      dueAt: null,
    }));
}

/** They cost nothing, but where others tell of their rows. */
function notDuePlans(
  later: ReadonlyMap<string, number>,
  { registry, runStart }: Pick<PlanFacts, 'registry' | 'runStart'>,
  costs: Costs,
): StreamPlan[] {
  return [...later].map(([stream, until]) => ({
    ...{ stream, route: '', mode: registry.get(stream).write === 'replace' ? 'full' : 'incremental' },
    why: `not due until ${showMoment(until, runStart)}`,
    ...{
      requests: costs.requests(stream),
      rows: costs.requests(stream).max > 0 ? null : exactly(0),
      parents: null,
      dueAt: new Date(until).toISOString(),
    },
  }));
}

/** The ids in scope, which rows that cannot be asked for by scope are held against: once per stream that is named. */
async function addScopeReads({ scopeIds }: ReadPlan, { probe, history, registry, costs }: Estimating): Promise<void> {
  for (const { of, for: streams } of scopeIds) {
    const ids = (await probe.count(registry.get(of), 0)) ?? (await history.rows(of)) ?? 0;
    const list = registry.get(of).routes.find(({ gives }) => gives);
    costs.add(streams[0] ?? of, exactly(Math.max(1, list ? Math.ceil(ids / pageSize(list)) : 1)));
  }
}
