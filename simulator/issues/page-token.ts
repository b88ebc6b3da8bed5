/** Page tokens: numbers tied to the query that got them, unreadable to clients, refused when altered or used with another query. */

import { createHash } from 'node:crypto';
import { badRequest } from '../refusal.js';

const KEY = 'simulated site';

/** `query`: whatever the token must not be used without, such as the JQL text. */
export function writeToken(query: string, numbers: readonly number[]): string {
  const payload = Buffer.from(JSON.stringify(numbers)).toString('base64url');
  return `${payload}.${signature(query, payload)}`;
}

/** Throws a Refusal (400) for a token that this query did not get. */
export function readToken(token: string, query: string): number[] {
  const [payload = '', sign = ''] = token.split('.');
  if (sign !== signature(query, payload)) throw badRequest('The nextPageToken is invalid or expired for this query.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as number[];
}

function signature(query: string, payload: string): string {
  return createHash('sha256').update(KEY).update(query).update(payload).digest('base64url').slice(0, 12);
}
