/** What a sync of one connection would do and cost, found with a handful of requests and nothing written. */

import { CREDENTIAL_CHECK } from '../../http/login-check.js';
import { pseudonymsOf } from '../auth/pseudonym.js';
import { parseState, withoutFuture } from '../plan/bookmark.js';
import { pageSize, secondsOf } from '../plan/cost.js';
import type { Memory } from '../plan/memory.js';
import { exactly, type Range } from '../plan/range.js';
import type { ReadPlan, RootStep } from '../plan/read-plan.js';
import { everyStep, makeReadPlan, wantedOf } from '../plan/read-plan.js';
import { clocksOf, factsOf } from '../probe/facts.js';
import { dialectOf, identify } from '../probe/identity.js';
import { Look } from '../probe/look.js';
import { PROJECTS_LABEL } from '../probe/projects.js';
import type { ReadInput } from '../probe/read-input.js';
import { resolveScope } from '../probe/resolve-scope.js';
import { measure } from '../probe/route-choice.js';
import { needFields } from '../probe/site-view.js';
import { deployedOn } from '../streams/dialect.js';
import { type Alternative, alternatives } from './alternatives.js';
import { Bill } from './bill.js';
import type { Estimating } from './estimate.js';
import { estimateLists } from './estimate-lists.js';
import { estimateWalks } from './estimate-walks.js';

export interface PlanInput extends ReadInput {
  /** What the tables of earlier runs tell. */
  readonly memory: Memory;
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
  const { client, rate, memory } = asked;
  const identity = await identify(client);
  const { earliest: runStart, latest } = clocksOf(asked, identity);
  const dialect = dialectOf(identity);
  const { registry, streams } = deployedOn(dialect, asked.registry, asked.streams);
  const input = { ...asked, registry, streams };
  const before = client.counters().requests;
  const scope = await resolveScope(input, dialect, { load: () => memory.projects(), keep: async () => undefined });
  const resolving = client.counters().requests - before;
  const pseudonyms = input.people.mode === 'pseudonymous' ? pseudonymsOf(input.people, input.site) : null;
  const states = new Map(
    streams.map((stream) => {
      const state = parseState(stream, memory.state(stream));
      return [stream, state && withoutFuture(state, latest, null)];
    }),
  );
  const known = factsOf(input, { identity, dialect, registry, scope, pseudonyms, runStart, acceptDeletes: false });
  const facts = { ...known, states, live: await liveOf(streams, input) };
  const wanted = wantedOf(streams, facts);
  const values = { scope: scope.clause };
  const measured = await measure(input, wanted, dialect, values);
  const plan = makeReadPlan(facts, wanted, measured.choice);
  const bill = new Bill();
  bill.add(CREDENTIAL_CHECK, exactly(2));
  if (resolving > 0) bill.add(PROJECTS_LABEL, exactly(resolving));
  for (const stream of needFields(input).slice(0, 1)) bill.add(stream, exactly(1));
  const look = new Look(client, values, dialect, runStart, MOST_REQUESTS);
  const projects = scope.projects && [...scope.projects];
  const ctx: Estimating = { ...facts, now: runStart, projects, memory, bill, look };
  const [walks, lists] = [plan.steps.filter(hasCursor), plan.steps.filter((root) => !hasCursor(root))];
  const learned = await estimateWalks(walks, { wanted, measured, rate, spare: lists.length === 0 }, plan, ctx);
  await estimateLists(lists, ctx);
  await billScope(plan, ctx);
  const requests = bill.total();
  return {
    streams: streamPlans(plan, bill),
    requests,
    seconds: secondsOf({ requests: requests.max, chain: bill.chain }, learned),
    alternatives: alternatives(registry, wanted, dialect, measured.choice, learned),
  };
}

async function liveOf(streams: readonly string[], { registry, memory }: PlanInput): Promise<Map<string, number>> {
  const live = new Map<string, number>();
  for (const stream of streams) if (registry.get(stream).census) live.set(stream, (await memory.rows(stream)) ?? 0);
  return live;
}

const hasCursor = (root: RootStep) => root.stream.cursor !== undefined;

function streamPlans({ steps }: ReadPlan, bill: Bill): StreamPlan[] {
  const plans = steps
    .flatMap(everyStep)
    .filter(({ selected }) => selected)
    .map(({ stream: { stream }, route, window: { mode, why } }) => ({
      ...{ stream, route: route.name, mode, why },
      requests: bill.requests(stream),
      rows: bill.rows(stream),
    }));
  return plans.sort((a, b) => (a.stream < b.stream ? -1 : 1));
}

/** The ids in scope, which rows that cannot be asked for by scope are held against: once per stream that is named. */
async function billScope({ scopeIds }: ReadPlan, { look, memory, registry, bill }: Estimating): Promise<void> {
  for (const { of, for: streams } of scopeIds) {
    const ids = (await look.count(registry.get(of), 0)) ?? (await memory.rows(of)) ?? 0;
    const list = registry.get(of).routes.find(({ gives }) => gives);
    bill.add(streams[0] ?? of, exactly(Math.max(1, list ? Math.ceil(ids / pageSize(list)) : 1)));
  }
}
