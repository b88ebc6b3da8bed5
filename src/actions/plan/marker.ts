/** The marker: a property that comes with what is made, in the same request, and says afterwards which row has made it. */
import type { Json } from '../../contract/table.js';
import { own } from '../../core/json-path.js';
import type { SentRequest } from '../journal/entry.js';

/** The name of the only property that is set unasked; `internal` sets another one. */
export const MARKER = 'connector.action';

/** @param id found again when an answer is lost */
export const markerOf = (id: string): Json => [{ key: MARKER, value: { id, by: 'connector' } }];

/** The id in properties, as a list or by their names; null when ours is not among them. */
export function markerIn(properties: unknown): string | null {
  const list = Array.isArray(properties)
    ? properties.find((one) => own(one, 'key') === MARKER)
    : { value: own(properties, MARKER) };
  const id = own(own(list, 'value'), 'id');
  return typeof id === 'string' ? id : null;
}

/** Some sites refuse it, and get the request without. */
export const isMarked = ({ body }: SentRequest): boolean => markerIn(own(body, 'properties')) !== null;
