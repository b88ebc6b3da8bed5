/** Reading what callers send to the issue routes; every reader throws a Refusal (400) for what Jira would refuse. */

import type { Call } from '../model.js';
import { badRequest } from '../refusal.js';

export type Body = Readonly<Record<string, unknown>>;

export function bodyOf(call: Call): Body {
  if (typeof call.body !== 'object' || call.body === null || Array.isArray(call.body)) {
    throw badRequest('Invalid request payload. Refer to the REST API documentation and try again.');
  }
  return call.body as Body;
}

/** Parameters by name from the query of a GET or the body of a POST. */
export class Params {
  private readonly body: Body | undefined;

  constructor(private readonly call: Call) {
    this.body = call.method === 'POST' ? bodyOf(call) : undefined;
  }

  text(name: string): string | null {
    const value = this.body === undefined ? this.call.query.get(name) : this.body[name];
    if (value === undefined || value === null) return null;
    if (typeof value !== 'string') throw badRequest(`The parameter '${name}' must be text.`);
    return value;
  }

  integer(name: string, fallback: number): number {
    const value = this.body === undefined ? this.call.query.get(name) : this.body[name];
    if (value === undefined || value === null) return fallback;
    const number = typeof value === 'string' && this.body === undefined ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isInteger(number) || value === '') {
      throw badRequest(`The parameter '${name}' must be a whole number.`);
    }
    return number;
  }

  /** Repeated and comma-separated names of a GET, an array of a POST. */
  list(name: string): string[] {
    const value = this.body === undefined ? this.call.query.getAll(name) : (this.body[name] ?? []);
    if (!Array.isArray(value)) throw badRequest(`The parameter '${name}' must be a list.`);
    return value
      .flatMap((entry) => String(entry).split(','))
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
  }

  /** One comma-separated text in both forms, unlike most operations. */
  commaSet(name: string): Set<string> {
    return new Set(
      (this.text(name) ?? '')
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ''),
    );
  }
}

/** A list in a body with its documented bounds. */
export function boundedList(body: Body, name: string, most: number): (string | number)[] {
  const value = body[name];
  if (!Array.isArray(value) || value.length === 0) throw badRequest(`'${name}' must hold at least one entry.`);
  if (value.length > most) throw badRequest(`'${name}' must hold at most ${most} entries, got ${value.length}.`);
  return value as (string | number)[];
}

/** startAt and maxResults with the cap that the server really uses. */
export function window(call: Call, fallback: number, cap: number): { startAt: number; maxResults: number } {
  const params = new Params({ ...call, method: 'GET' });
  const startAt = Math.max(0, params.integer('startAt', 0));
  return { startAt, maxResults: Math.min(cap, Math.max(0, params.integer('maxResults', fallback))) };
}
