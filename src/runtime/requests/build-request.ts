/** A route and its values -> one request. Substitution only; every value is encoded for the place it goes to. */

import type { Json } from '../../contract/table.js';
import { ConnectorError } from '../../core/errors.js';
import { isObject } from '../../core/json-path.js';
import { encodeSegment } from '../../http/url.js';
import { splitRequest } from '../streams/registry.js';
import type { Puts } from './pager.js';

/** What fills `{placeholders}`: bound parent values and the built-in words. */
export type Values = Readonly<Record<string, string>>;

export interface RequestTemplate {
  readonly request: string;
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface BuiltRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query: [string, string][];
  readonly body?: Json;
  readonly headers?: Readonly<Record<string, string>>;
}

/** @param extra values for places such as `body.nextPageToken`; an array goes in as a list. */
export function buildRequest(
  template: RequestTemplate,
  values: Values,
  extra: Puts | Readonly<Record<string, readonly (string | number)[] | string | number>> = {},
): BuiltRequest {
  const { method, path } = splitRequest(template.request);
  const query: [string, string][] = [];
  const put = new Map(Object.entries(extra));
  for (const [name, value] of Object.entries(template.query ?? {})) {
    if (put.has(`query.${name}`)) continue;
    for (const one of [value].flat()) query.push([name, fill(String(one), values)]);
  }
  for (const [place, value] of put)
    if (place.startsWith('query.'))
      for (const one of [value].flat()) query.push([place.slice('query.'.length), String(one)]);
  const filledPath = path.replace(/\{([a-z][a-z0-9_]*)\}/g, (_, name: string) => encodeSegment(lookUp(name, values)));
  const headers = template.headers ? { headers: template.headers } : {};
  if (method === 'GET') return { method, path: filledPath, query, ...headers };
  const body = fillDeep(template.body ?? {}, values) as Record<string, Json>;
  for (const [place, value] of put) if (place.startsWith('body.')) body[place.slice('body.'.length)] = value as Json;
  return { method, path: filledPath, query, body, ...headers };
}

function fill(text: string, values: Values): string {
  return text.replace(/\{([a-z][a-z0-9_]*)\}/g, (_, name: string) => lookUp(name, values));
}

function fillDeep(value: unknown, values: Values): Json {
  if (typeof value === 'string') return fill(value, values);
  if (Array.isArray(value)) return value.map((element) => fillDeep(element, values));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fillDeep(member, values)]));
  return value as Json;
}

function lookUp(name: string, values: Values): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined)
    throw new ConnectorError(
      'failed',
      `Nothing fills {${name}} in this request; the stream file and the run do not agree.`,
    );
  return value;
}
