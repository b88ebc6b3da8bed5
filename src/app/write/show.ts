/** Changes as a dry run shows them. */
import type { Change } from '../../actions/plan/change.js';
import { viaOf } from '../../actions/plan/steps.js';
import { operationsOf } from '../../actions/send/operations.js';
import { groupBy } from '../../actions/values/group-by.js';
import type { Dialect } from '../../contract/dialect.js';
import type { Json } from '../../contract/table.js';
import { isObject, own } from '../../core/json-path.js';
import type { Connection } from '../settings/config.js';
import { definitions } from '../settings/definitions.js';
import type { ShownChange, WriteReport } from './report.js';

/** Requests that write, when nothing goes wrong, and how long they take at the connection's rate. */
export function plannedFor(
  changes: readonly Change[],
  dialect: Dialect,
  { requestsPerSecond }: Pick<Connection, 'requestsPerSecond'>,
): NonNullable<WriteReport['planned']> {
  const requests = [...groupBy(changes, ({ action }) => action.action).values()]
    .map((ours) => requestsFor(ours, dialect))
    .reduce((sum, count) => sum + count, 0);
  const rate = requestsPerSecond ?? definitions().manifest.rate.requests_per_second;
  return { requests, minutes: Math.ceil(requests / rate / 6) / 10 };
}

/** Of one action. */
function requestsFor(changes: readonly Change[], dialect: Dialect): number {
  const action = changes[0]?.action;
  const { operations, rest } = operationsOf(dialect, action?.action ?? '', changes);
  const atOnce = rest.length > 1 ? (action?.bulk?.max ?? 1) : 1;
  const further = changes.reduce((count, { content }) => count + viaOf(content).length, 0);
  return operations.length + Math.ceil(rest.length / atOnce) + further;
}

export function firstChanges(changes: readonly Change[], count: number): readonly ShownChange[] {
  return changes
    .slice(0, count)
    .map((change) => ({ line: change.line, issue: change.issueKey, values: valuesOf(change) }));
}

/** What is set: from what to what; of what is made or deleted, what it is. */
function valuesOf({ before, wanted, content, action }: Change): ShownChange['values'] {
  if (action.once === 'gone')
    return Object.entries(before ?? {})
      .filter(([, value]) => value !== null)
      .slice(0, MOST_VALUES)
      .map(([name, value]) => ({ name, before: short(value), after: null }));
  const after = before === null ? content : wanted;
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
