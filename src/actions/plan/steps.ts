/**
 * A transition by way of others: one row that is carried out in steps, each a request and a row of the journal of its own. What follows a
 * step can only be looked up when the issue has got there.
 */
import type { Json } from '../../contract/table.js';
import { isObject, own } from '../../core/json-path.js';
import { type Entry, isWhole, type Known } from '../journal/entry.js';
import type { Change } from './change.js';
import { actionId } from './identity.js';

type Content = Readonly<Record<string, Json>>;

export interface Step {
  readonly id: string;
  readonly content: Content;
}

/** The statuses or transitions that the issue goes through before the last one. */
export const viaOf = (content: Json): readonly string[] => {
  const via = own(content, 'via');
  return Array.isArray(via) ? via.map(String) : [];
};

/** Without the steps that an issue of this status has behind it. */
export function viaAhead(content: Json, status: unknown): readonly string[] {
  const via = viaOf(content);
  const behind = via.findLastIndex((one) => one.toLowerCase() === String(status).toLowerCase());
  return via.slice(behind + 1);
}

/** What an entry leaves to be done once it is done; null when that was all. A field goes with the first step whose screen has it. */
export function nextStep(
  connection: string,
  { id, action, content, request, before }: Pick<Entry, 'id' | 'action' | 'content' | 'request' | 'before'>,
): Step | null {
  const [first, ...via] = viaAhead(content, own(before?.status, 'name'));
  if (first === undefined || !isObject(content)) return null;
  const sent = own(request.body, 'fields');
  const left = Object.entries(content as Content).filter(([name]) => name !== 'via' && own(sent, name) === undefined);
  return {
    id: actionId({ connection, action, content: id, number: 0, again: 'next step' }),
    // The last step has an empty one: where it leads is no loop that somebody named.
    content: { ...Object.fromEntries(left), via },
  };
}

/**
 * What a change leaves to be done, as far as it can be told before the issue has got there: no further screen is known, so what is left of the
 * fields is taken to go with the last step, which sends them all.
 */
export function foreseenStep(connection: string, change: Change): Change | null {
  const { action, request } = change;
  const next = nextStep(connection, { ...change, action: action.action });
  if (next === null) return null;
  const isLast = viaOf(next.content).length === 0;
  const left = Object.entries(next.content).filter(([name]) => name !== 'markup' && !Object.hasOwn(action.input, name));
  const body: Json = {
    transition: { id: '' },
    ...(isLast && left.length > 0 ? { fields: Object.fromEntries(left) } : null),
  };
  return { ...change, ...next, before: null, request: { ...request, body } };
}

/** The first step of a row that is not done yet; the last one when all are. */
export function presentStep(connection: string, first: Step, entryOf: (id: string) => Known | Entry | undefined): Step {
  let step = first;
  for (;;) {
    const entry = entryOf(step.id);
    const next = entry?.state === 'done' && isWhole(entry) ? nextStep(connection, entry) : null;
    if (next === null) return step;
    step = next;
  }
}
