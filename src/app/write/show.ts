/** Changes as a dry run shows them. */
import type { Change } from '../../actions/plan/change.js';
import { foreseenStep } from '../../actions/plan/steps.js';
import { operationsOf } from '../../actions/send/operations.js';
import { wentByTask } from '../../actions/send/run.js';
import { groupBy } from '../../actions/values/group-by.js';
import type { Dialect } from '../../contract/dialect.js';
import type { Json } from '../../contract/table.js';
import { isObject, own } from '../../core/json-path.js';
import { definitions } from '../settings/definitions.js';
import type { WriteRun } from './open-run.js';
import type { ShownChange, WriteReport } from './report.js';

/** Requests that write, when nothing goes wrong, and how long they take at the connection's rate. */
export function plannedFor(
  changes: readonly Change[],
  { site, journal, connection: { name, requestsPerSecond } }: Where,
): NonNullable<WriteReport['planned']> {
  const wentBefore = (change: Change) => wentByTask(journal, change);
  let requests = 0;
  // Further steps go together as the first ones do.
  for (let round = changes; round.length > 0; round = round.flatMap((one) => foreseenStep(name, one) ?? []))
    for (const ours of groupBy(round, ({ action }) => action.action).values())
      requests += requestsFor(ours, site.dialect, wentBefore);
  const rate = requestsPerSecond ?? definitions().manifest.rate.requests_per_second;
  return { requests, minutes: Math.ceil(requests / rate / 6) / 10 };
}

export interface Where {
  readonly site: Pick<WriteRun['site'], 'dialect'>;
  readonly journal: Pick<WriteRun['journal'], 'get'>;
  readonly connection: Pick<WriteRun['connection'], 'name' | 'requestsPerSecond'>;
}

/** Of one action. */
function requestsFor(changes: readonly Change[], dialect: Dialect, wentBefore: (change: Change) => boolean): number {
  const action = changes[0]?.action;
  const { operations, rest } = operationsOf(dialect, action?.action ?? '', changes, wentBefore);
  const atOnce = rest.length > 1 ? (action?.bulk?.max ?? 1) : 1;
  return operations.length + Math.ceil(rest.length / atOnce);
}

export function firstChanges(changes: readonly Change[], count: number): readonly ShownChange[] {
  return changes
    .slice(0, count)
    .map((change) => ({ line: change.line, issue: change.issueKey, values: valuesOf(change) }));
}

/** What is set: from what to what; of what is made or deleted, what it is. */
function valuesOf({ before, wanted, content, action, request }: Change): ShownChange['values'] {
  if (action.once === 'gone')
    return Object.entries(before ?? {})
      .filter(([, value]) => value !== null)
      .slice(0, MOST_VALUES)
      .map(([name, value]) => ({ name, before: short(value), after: null }));
  // A transition wants a status, and sets fields of its screen.
  const fields = own(request.body, 'fields');
  const after = before === null ? content : { ...wanted, ...(isObject(fields) ? (fields as Change['wanted']) : {}) };
  // The issue stands above.
  const values = Object.entries(after).filter(([name]) => name !== 'issue');
  return values.map(([name, value]) => ({
    name,
    before: short(before?.[name] ?? null),
    after: short(value),
  }));
}

const MOST_VALUES = 6;

/** A thing by the name people know it by. */
function short(value: Json): Json {
  if (Array.isArray(value)) return value.map(short);
  if (!isObject(value)) return value;
  const name = ['displayName', 'name', 'value', 'key', 'accountId', 'id']
    .map((one) => own(value, one))
    .find((one) => one !== undefined);
  return own(value, 'type') === 'doc' ? textOf(value) : ((name ?? value) as Json);
}

/** The words of a document. */
function textOf(node: unknown): string {
  const text = own(node, 'text');
  const content = own(node, 'content');
  return typeof text === 'string' ? text : Array.isArray(content) ? content.map(textOf).join(' ').trim() : '';
}
