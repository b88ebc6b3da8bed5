/** Changes as a dry run shows them. */
import type { Change } from '../../actions/plan/change.js';
import type { Action, Dialect } from '../../actions/registry/registry.js';
import { operationsOf } from '../../actions/send/operations.js';
import type { Json } from '../../contract/table.js';
import { isObject, own } from '../../core/json-path.js';
import type { ShownChange } from './report.js';

/** Requests that write, when nothing goes wrong. */
export function requestsFor({ action, bulk }: Action, changes: readonly Change[], dialect: Dialect): number {
  const { operations, rest } = operationsOf(dialect, action, changes);
  const single = bulk !== undefined && rest.length > 1 ? Math.ceil(rest.length / bulk.max) : rest.length;
  return operations.length + single;
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
