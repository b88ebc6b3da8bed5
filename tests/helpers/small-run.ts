/** A run of the small registry over tables in memory and a site that gives prepared answers. */
import type { StreamEvent } from '../../src/contract/events.js';
import type { TableWriter } from '../../src/contract/table.js';
import type { PlanFacts, ReadPlan } from '../../src/runtime/plan/read-plan.js';
import type { RunContext } from '../../src/runtime/read/context.js';
import { Debts, NO_DEBTS } from '../../src/runtime/read/debts.js';
import type { ExecutePorts } from '../../src/runtime/read/execute.js';
import { makeContext } from '../../src/runtime/read/run-context.js';
import { StreamRun } from '../../src/runtime/read/stream-run.js';
import type { SyncInput } from '../../src/runtime/read/sync-input.js';
import { type FakeClient, fakeClient } from './fake-client.js';
import { factsOf, NOW, planOf, SITE, SMALL, type Tables } from './small-plan.js';

export interface SmallRun extends Pick<FakeClient, 'asked'> {
  readonly plan: ReadPlan;
  readonly ctx: RunContext;
  readonly ports: ExecutePorts;
  readonly roots: readonly StreamRun[];
  readonly events: readonly StreamEvent[];
  streamRun(name: string): StreamRun;
}

interface Given {
  readonly states: Tables;
  readonly tables: Readonly<Record<string, TableWriter>>;
  readonly answer?: Parameters<typeof fakeClient>[0];
  readonly facts?: Partial<PlanFacts>;
  readonly ids?: ReadonlyMap<string, ReadonlySet<string>>;
  /** The clock that bounds the time between commits. */
  readonly now?: () => number;
  /** Of projects in scope; null: all. */
  readonly projects?: ReadonlySet<string> | null;
}

export function smallRun({ states, tables, answer = () => page(), ids = new Map(), ...more }: Given): SmallRun {
  const registry = more.facts?.registry ?? SMALL;
  const { client, asked } = fakeClient(answer);
  const events: StreamEvent[] = [];
  const facts = factsOf(states, more.facts);
  const plan = planOf(states, more.facts);
  const input = {
    ...{
      client,
      registry,
      site: SITE,
      connection: 'acme',
      runId: 'r1',
      links: new Set(),
      commitRows: 1000,
      commitMs: 60_000,
      now: more.now ?? Date.now,
    },
    ...{ explicit: new Set<string>(), strict: false, retryOwed: false, signal: new AbortController().signal },
    writer: { has: async () => false },
    keepRejects: async () => undefined,
    onReject: () => undefined,
    tell: (event: StreamEvent) => void events.push(event),
  } as unknown as SyncInput;
  const view = { registry, cleanerOf: () => null, pseudonyms: null, refused: new Map() };
  const scope = { clause: 'project is not EMPTY', projects: more.projects ?? null } as ExecutePorts['scope'];
  const opened = new Map(Object.entries(tables));
  const prepared = { scope, ids, debts: new Debts([], NO_DEBTS, NOW), tables: opened };
  const ports: ExecutePorts = { ...prepared, input, facts, view, refused: new Map() };
  const roots: StreamRun[] = [];
  const ctx = makeContext(input, facts, view, { ...prepared, streamRuns: roots });
  roots.push(...plan.steps.map((step) => new StreamRun(step, ctx, opened)));
  const streamRun = (name: string) => {
    const found = roots.flatMap((root) => root.all()).find((one) => one.name === name);
    if (!found) throw new Error(`The run has no stream ${name}.`);
    return found;
  };
  return { plan, ctx, ports, roots, events, asked, streamRun };
}

/** The only page of a list. */
export const page = (...values: readonly object[]) => ({ values, isLast: true });

/** Ids of a record that has nothing else. */
export const issue = (id: string, more: object = {}) => ({
  id,
  key: `ENG-${id}`,
  updated: '1970-04-10T00:00:00.000Z',
  ...more,
});
