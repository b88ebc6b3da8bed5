/** Jira's pages: how a request asks for one, what the server makes of the wish, and how the answer looks. */

import type { Answer, Call } from '../model.js';
import { badRequest } from '../refusal.js';

export interface PageSize {
  /** Used when the request names no `maxResults`. */
  readonly usual: number;
  /** Larger wishes silently become this. */
  readonly cap: number;
}

export interface Page<Row> {
  readonly startAt: number;
  /** What the server used, not what was asked. */
  readonly maxResults: number;
  readonly total: number;
  readonly isLast: boolean;
  readonly rows: readonly Row[];
}

/** The slice that `startAt` and `maxResults` of the request ask for. Throws a 400 refusal on anything but whole numbers. */
export function pageOf<Row>(call: Call, rows: readonly Row[], size: PageSize): Page<Row> {
  const startAt = wholeNumber(call, 'startAt', 0);
  const maxResults = Math.min(Math.max(1, wholeNumber(call, 'maxResults', size.usual)), size.cap);
  const slice = rows.slice(startAt, startAt + maxResults);
  return { startAt, maxResults, total: rows.length, isLast: startAt + maxResults >= rows.length, rows: slice };
}

/** The platform's page bean: self, nextPage (not on the last page), maxResults, startAt, total, isLast, values. */
export function pageBean<Row>(
  call: Call,
  rows: readonly Row[],
  size: PageSize,
  shape: (row: Row) => unknown,
): Record<string, unknown> {
  const page = pageOf(call, rows, size);
  const next = page.isLast ? {} : { nextPage: pageUrl(call, page.startAt + page.maxResults, page.maxResults) };
  return {
    self: pageUrl(call, page.startAt, page.maxResults),
    ...next,
    ...boundsOf(page),
    values: page.rows.map(shape),
  };
}

/** The agile bean: as the platform's, without links. */
export function agileBean<Row>(
  call: Call,
  rows: readonly Row[],
  size: PageSize,
  shape: (row: Row) => unknown,
): Record<string, unknown> {
  const page = pageOf(call, rows, size);
  return { ...boundsOf(page), values: page.rows.map(shape) };
}

/** A bean inside a record: always its first page. */
export function firstPage(values: readonly unknown[], maxResults: number): Record<string, unknown> {
  const isLast = values.length <= maxResults;
  return { maxResults, startAt: 0, total: values.length, isLast, values: values.slice(0, maxResults) };
}

function boundsOf(page: Page<unknown>): Record<string, unknown> {
  return { maxResults: page.maxResults, startAt: page.startAt, total: page.total, isLast: page.isLast };
}

function pageUrl(call: Call, startAt: number, maxResults: number): string {
  const query = new URLSearchParams(call.query);
  query.set('startAt', String(startAt));
  query.set('maxResults', String(maxResults));
  return `${call.origin}${call.path}?${query}`;
}

/** A query parameter as a whole number from 0. */
export function wholeNumber(call: Call, name: string, otherwise: number): number {
  const text = call.query.get(name);
  if (text === null || text === '') {
    return otherwise;
  }
  if (!/^\d{1,15}$/.test(text)) {
    throw badRequest(`The query parameter '${name}' must be a whole number from 0, but was '${text}'.`);
  }
  return Number(text);
}

/** The values of a list parameter, which Jira takes repeated or comma-separated; empty when it is missing. */
export function listOf(call: Call, name: string): readonly string[] {
  const parts = call.query.getAll(name).flatMap((text) => text.split(','));
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** Keeps the rows whose value is listed under `name` in the query; all when the parameter is missing. */
export function narrowed<Row>(
  call: Call,
  name: string,
  rows: readonly Row[],
  value: (row: Row) => string,
): readonly Row[] {
  const wanted = listOf(call, name);
  return wanted.length === 0 ? rows : rows.filter((row) => wanted.includes(value(row)));
}

/** Keeps the rows whose name contains the text of the query parameter, whatever the case. */
export function containing<Row extends { readonly name: string }>(
  call: Call,
  name: string,
  rows: readonly Row[],
): readonly Row[] {
  const text = call.query.get(name)?.toLowerCase() ?? '';
  return text === '' ? rows : rows.filter((row) => row.name.toLowerCase().includes(text));
}

/** An answer of 200. */
export function ok(body: unknown): Answer {
  return { body };
}
