/**
 * A transition by way of others: one row that is carried out in steps, each a request and a row of the journal of its own. What follows a
 * step can only be looked up when the issue has got there.
 */
import type { Json } from '../../contract/table.js';
import { isObject, own } from '../../core/json-path.js';
import type { Entry } from '../journal/entry.js';
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

/** What an entry leaves to be done once it is done; null when that was all. A field goes with the first step whose screen has it. */
export function nextStep(connection: string, { id, action, content, request }: Entry): Step | null {
  const [first, ...via] = viaOf(content);
  if (first === undefined || !isObject(content)) return null;
  const sent = own(request.body, 'fields');
  const left = Object.entries(content as Content).filter(([name]) => name !== 'via' && own(sent, name) === undefined);
  return {
    id: actionId({ connection, action, content: id, number: 0, again: 'next step' }),
    content: Object.fromEntries(via.length > 0 ? [...left, ['via', via]] : left),
  };
}

/** The first step of a row that is not done yet; the last one when all are. */
export function presentStep(connection: string, first: Step, entryOf: (id: string) => Entry | undefined): Step {
  let step = first;
  for (;;) {
    const entry = entryOf(step.id);
    const next = entry?.state === 'done' ? nextStep(connection, entry) : null;
    if (next === null) return step;
    step = next;
  }
}
