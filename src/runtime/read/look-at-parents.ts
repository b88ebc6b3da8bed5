/** One request, or one list of pages, for the rows of one parent or of a batch of them; what came is counted for each. */

import { ConnectorError } from '../../core/errors.js';
import { type Located, own, valueAt } from '../../core/json-path.js';
import type { Watermark } from '../plan/bookmark.js';
import type { TreeNode } from '../plan/tree.js';
import type { Values } from '../requests/build-request.js';
import type { Found } from '../requests/completeness.js';
import { type PagedRequest, readPages } from '../requests/read-pages.js';
import { Undeliverable } from '../requests/trouble.js';
import type { RequestRoute } from '../streams/registry.js';
import type { Route } from '../streams/stream-file.js';
import type { RunContext } from './context.js';
import { valuesOf } from './kept.js';
import type { Parent } from './parents.js';
import type { TableRun } from './table-run.js';

/** Takes the records of a parent, or of a batch of them. */
export type Deliver = (route: Route, records: readonly Located[], bound: Values, watermark: Watermark) => Promise<void>;

export interface ReaderPlan {
  readonly ctx: RunContext;
  readonly node: TreeNode;
  readonly run: TableRun;
  readonly label: string;
  readonly deliver: Deliver;
  /** Tried in order; those known to be off on this site are left out on the way. */
  readonly routes: readonly RequestRoute[];
}

export interface Seen extends Found {
  /** The answer spoke of this parent: what the table has of it besides is gone. A batch without a word may hide it. */
  readonly met: boolean;
  readonly keys: readonly string[];
}

/** A parent that answers with a fault for good costs no more tries than these; the next run tries again. */
const FAULT_TRIES = 3;

/** A batch route answers for many; any other is asked once for each. */
export async function lookAt(
  plan: ReaderPlan,
  route: RequestRoute,
  parents: readonly Parent[],
): Promise<ReadonlyMap<Parent, Seen>> {
  if (route.batch) return lookAtBatch(plan, route, parents);
  const seen = new Map<Parent, Seen>();
  for (const parent of parents) seen.set(parent, await lookAtOne(plan, route, parent));
  return seen;
}

async function lookAtOne(plan: ReaderPlan, route: RequestRoute, parent: Parent): Promise<Seen> {
  const keys: string[] = [];
  const key = keyPath(plan, route);
  let came = 0;
  let total: number | null = null;
  let lacking = false;
  for await (const page of pages(plan, route, parent.values, parent.watermark, {})) {
    came += page.records.length;
    keys.push(...page.records.map(({ record }) => keyOf(record, key)));
    total = page.total ?? total;
    lacking ||= page.lack !== null;
  }
  return { came, total, lacking, absent: false, met: true, keys };
}

async function lookAtBatch(
  plan: ReaderPlan,
  route: RequestRoute,
  parents: readonly Parent[],
): Promise<ReadonlyMap<Parent, Seen>> {
  const { of = '' } = route.batch ?? {};
  const ids = parents.map(({ values }) => values[of] ?? '');
  const first = await askBatch(plan, route, ids, latest(parents));
  if (route.batch?.answers) await explainMissing(plan, route, ids, first.answered, latest(parents));
  return new Map(
    parents.map((parent) => {
      const keys = [...(first.keys.get(parent.values[of] ?? '') ?? [])];
      const { lacking, absent } = first;
      return [parent, { came: keys.length, total: null, lacking, absent, met: keys.length > 0, keys }];
    }),
  );
}

interface BatchSeen {
  /** By parent. */
  readonly keys: ReadonlyMap<string, ReadonlySet<string>>;
  readonly answered: ReadonlySet<string>;
  readonly lacking: boolean;
  readonly absent: boolean;
}

async function askBatch(
  plan: ReaderPlan,
  route: RequestRoute,
  ids: readonly string[],
  watermark: Watermark,
): Promise<BatchSeen> {
  const { of = '', put = '', numbers, answers } = route.batch ?? {};
  const key = keyPath(plan, route);
  const answered = new Set<string>();
  const found = new Map<string, Set<string>>();
  let lacking = false;
  let absent = false;
  for await (const page of pages(plan, route, {}, watermark, { [put]: numbers ? ids.map(Number) : ids })) {
    lacking ||= page.lack !== null;
    absent ||= page.absent;
    for (const { record, carried } of page.records) {
      if (answers) answered.add(String(own(record, answers)));
      const id = String(carried[of]);
      found.set(id, (found.get(id) ?? new Set<string>()).add(keyOf(record, key)));
    }
  }
  return { keys: found, answered, lacking, absent };
}

/** More ids than these without a single answer are no deletions, if the table has some of them. */
const FEW = 10;

/**
 * Ids that were named a moment ago and have no answer are asked for once more; who is silent twice is deleted or hidden. A feed names
 * those of the whole site, so that an account may see none of a batch; that all are silent whom it saw before is not believed.
 */
async function explainMissing(
  plan: ReaderPlan,
  route: RequestRoute,
  ids: readonly string[],
  answered: ReadonlySet<string>,
  watermark: Watermark,
): Promise<void> {
  const missing = ids.filter((id) => !answered.has(id));
  if (missing.length === 0) return;
  const again = await askBatch(plan, route, missing, watermark);
  const silent = missing.filter((id) => !again.answered.has(id));
  const known = { where: { column: route.batch?.of ?? '', in: silent } };
  if (
    ids.length > FEW &&
    silent.length === ids.length &&
    (await valuesOf(plan.run.table, known.where.column, known)).length > 0
  )
    throw new Undeliverable('nothing came', {
      cause: new ConnectorError(
        'failed',
        `${plan.run.report.stream}: the site named ${ids.length} records and shows none of them when asked for them by name. Nothing was passed; the next run asks again.`,
      ),
    });
  plan.run.miss('not_visible', silent.length);
}

async function* pages(
  { ctx, run, label, deliver }: ReaderPlan,
  route: RequestRoute,
  bound: Values,
  watermark: Watermark,
  fixed: Readonly<Record<string, readonly (string | number)[]>>,
) {
  const values = { ...ctx.values, ...bound };
  for await (const page of readPages(ctx.client, label, route as PagedRequest, values, fixed, FAULT_TRIES)) {
    run.noteAnomalies(page.anomalies);
    try {
      await deliver(route, page.records, bound, watermark);
    } catch (error) {
      throw new Undeliverable('what was read could not be handed on', { cause: error });
    }
    yield page;
    page.records.length = 0;
  }
}

/** Where a record holds the part of its key that its parent does not give. */
export function keyPath({ node }: Pick<ReaderPlan, 'node'>, route: Route): string {
  const { stream } = node;
  const bound = Object.keys(node.parent?.bind ?? {});
  const column = stream.primary_key.find((name) => !bound.includes(name)) ?? '';
  return [route.from?.[column] ?? stream.columns[column]?.from ?? column].flat()[0] ?? column;
}

export const keyOf = (record: unknown, path: string): string => String(path === '' ? '' : valueAt(record, path));

const latest = (parents: readonly Parent[]): Watermark => parents.at(-1)?.watermark ?? null;
