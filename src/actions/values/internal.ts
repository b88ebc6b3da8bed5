/** The property of a comment that hides it from the customers of a service desk. */
import type { Json } from '../../contract/table.js';
import { own } from '../../core/json-path.js';

export const INTERNAL = 'sd.public.comment';

/** As a request that makes a comment carries it. */
export const internalOf = (internal: Json): Json => [{ key: INTERNAL, value: { internal } }];

/** Whether a list of properties says so. */
export const isInternal = (properties: unknown): boolean =>
  Array.isArray(properties) &&
  properties.some((one) => own(one, 'key') === INTERNAL && own(own(one, 'value'), 'internal') === true);
