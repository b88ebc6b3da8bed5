/** What a sync of one connection would do and cost, found with a handful of requests and nothing written. */

import { CREDENTIAL_CHECK } from '../../http/login-check.js';
import { pseudonymsOf } from '../auth/pseudonym.js';
import { parseState, type Settings, withoutFuture } from '../plan/bookmark.js';
import { pageSize, secondsOf } from '../plan/cost.js';
import type { Memory } from '../plan/memory.js';
import { exactly, type Range } from '../plan/range.js';
import { planTree, subtree, type TreeNode } from '../plan/tree.js';
import { wantedOf } from '../plan/wanted.js';
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
  const now = Math.min(identity.serverTime, asked.now());
  const dialect = dialectOf(identity);
  const { registry, streams } = deployedOn(dialect, asked.registry, asked.streams);
  const input = { ...asked, registry, streams };
  const before = client.counters().requests;
  const scope = await resolveScope(input, dialect, { load: () => memory.projects(), keep: async () => undefined });
  const resolving = client.counters().requests - before;
  const pseudonyms = input.people.mode === 'pseudonymous' ? pseudonymsOf(input.people, input.site) : null;
  const settings: Settings = {
    scope: scope.text,
    scopes: scope.scopes,
    start: input.start,
    fullRefresh: input.fullRefresh,
    people: pseudonyms?.print ?? null,
  };
  const values = { scope: scope.clause };
  const bill = new Bill();
  bill.add(CREDENTIAL_CHECK, exactly(2));
  if (resolving > 0) bill.add(PROJECTS_LABEL, exactly(resolving));
  for (const stream of needFields(input).slice(0, 1)) bill.add(stream, exactly(1));
  const { census, overlap, reread } = input.rhythm;
  const ctx: Estimating = {
    registry,
    dialect,
    settings,
    account: pseudonyms?.of(identity.accountId) ?? identity.accountId,
    now,
    projects: scope.projects && [...scope.projects],
    memory,
    bill,
    look: new Look(client, values, dialect, now, MOST_REQUESTS),
    rhythm: (stream) => ({ now, census, overlap, reread: reread.get(stream) ?? null }),
    stateOf(stream) {
      const state = parseState(stream, memory.state(stream));
      return state && withoutFuture(state, Math.max(asked.now(), identity.serverTime), null);
    },
  };
  const wanted = wantedOf(input, ctx.stateOf, settings, ctx.rhythm);
  const measured = await measure(input, wanted, dialect, values);
  const roots = planTree(registry, wanted, dialect, measured.choice);
  const [walks, lists] = [roots.filter(hasCursor), roots.filter((root) => !hasCursor(root))];
  const facts = await estimateWalks(walks, { wanted, measured, rate, spare: lists.length === 0 }, ctx);
  await estimateLists(lists, ctx);
  await billScope(roots, input, ctx);
  const requests = bill.total();
  return {
    streams: streamPlans(roots, wanted, bill),
    requests,
    seconds: secondsOf({ requests: requests.max, chain: bill.chain }, facts),
    alternatives: alternatives(registry, wanted, dialect, measured.choice, facts),
  };
}

const hasCursor = (root: TreeNode) => root.stream.cursor !== undefined;

function streamPlans(roots: readonly TreeNode[], wanted: ReturnType<typeof wantedOf>, bill: Bill): StreamPlan[] {
  const nodes = roots.flatMap(subtree).filter(({ selected }) => selected);
  const plans = nodes.map(({ stream: { stream }, route }) => ({
    stream,
    route: route.name,
    mode: wanted.find((one) => one.stream === stream)?.mode ?? 'full',
    requests: bill.requests(stream),
    rows: bill.rows(stream),
  }));
  return plans.sort((a, b) => (a.stream < b.stream ? -1 : 1));
}

/** The ids in scope, which rows that cannot be asked for by scope are held against: once per stream that is named. */
async function billScope(roots: readonly TreeNode[], { scope }: PlanInput, ctx: Estimating): Promise<void> {
  if (!scope.projects && scope.jql === undefined) return;
  const billed = new Set<string>();
  for (const root of roots)
    for (const { stream, selected } of subtree(root)) {
      const of = stream.scope && 'of' in stream.scope ? stream.scope.of : root.stream.stream;
      if (!selected || of === root.stream.stream || billed.has(of)) continue;
      billed.add(of);
      const ids = (await ctx.look.count(ctx.registry.get(of), 0)) ?? (await ctx.memory.rows(of)) ?? 0;
      const list = ctx.registry.get(of).routes.find(({ gives }) => gives);
      ctx.bill.add(stream.stream, exactly(Math.max(1, list ? Math.ceil(ids / pageSize(list)) : 1)));
    }
}
