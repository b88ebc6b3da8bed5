/** The search over all issues: eventually consistent with them when a lag is set, sorted once per order, paged by the sort key of the last row. */

import { badRequest } from '../refusal.js';
import { compileJql, type IssueTest } from './jql-compile.js';
import { type JqlContext, sortValue } from './jql-fields.js';
import { parseJql, type Query } from './jql-parse.js';
import { readToken, writeToken } from './page-token.js';
import type { SiteIssues } from './site-issues.js';

export interface JqlRequest {
  readonly jql: string;
  readonly now: number;
  /** The caller's. */
  readonly timeZone: string;
  /** Default: true. */
  readonly validates?: boolean;
}

export interface SearchRequest extends JqlRequest {
  readonly token: string | null;
  readonly limit: number;
}

export interface SearchPage {
  readonly places: readonly number[];
  /** null on the last page. */
  readonly nextToken: string | null;
}

interface Order {
  readonly key: string;
  /** Negative numbers come first. */
  readonly values: (place: number) => number[];
}

const UNBOUNDED = 'Unbounded JQL queries are not allowed here. Please add a search restriction to your query.';

export class SearchIndex {
  /** `updated` as the index knows it; 0 for issues it does not know yet. */
  private seen: Float64Array;
  private learned = 0;
  /** Sorted places per order; stale once the index learned more. */
  private sorted = new Map<string, Int32Array>();

  /** `lagMs`: how long after a change the search still answers from before it. */
  constructor(
    private readonly site: SiteIssues,
    private readonly lagMs: number,
  ) {
    this.seen = site.table.updated.slice();
  }

  /** Throws a Refusal (400) for JQL that Jira would refuse and for a token of another query. */
  page(request: SearchRequest): SearchPage {
    const { query, test, context } = this.prepare(request);
    const order = orderOf(query, context);
    const sorted = this.sortedBy(order);
    const start = request.token === null ? 0 : this.startAfter(readToken(request.token, request.jql), sorted, order);
    const places: number[] = [];
    for (let at = start; at < sorted.length; at += 1) {
      const place = sorted[at] ?? 0;
      if (!test(place)) continue;
      if (places.length === request.limit) {
        const last = places.at(-1) ?? 0;
        return { places: this.visible(places), nextToken: writeToken(request.jql, [...order.values(last), last]) };
      }
      places.push(place);
    }
    return { places: this.visible(places), nextToken: null };
  }

  /** Rows from a place in the order on, and how many there are in all. Throws as `page` does. */
  slice(request: JqlRequest, startAt: number, limit: number): { readonly places: readonly number[]; total: number } {
    const { query, test, context } = this.prepare(request);
    const found = this.visible([...this.sortedBy(orderOf(query, context))].filter(test));
    return { places: found.slice(startAt, startAt + limit), total: found.length };
  }

  count(request: JqlRequest): number {
    const matches = this.filter(request);
    return this.site.table.visible
      .subarray(0, this.site.table.size)
      .reduce((sum, _, place) => sum + (matches(place) ? 1 : 0), 0);
  }

  /** A test of visible issues that the index knows. */
  filter(request: JqlRequest): IssueTest {
    const { test } = this.prepare(request);
    return (place) => this.isKnown(place) && this.site.table.visible[place] === 1 && test(place);
  }

  /** Makes the index learn these issues now, as `reconcileIssues` asks. */
  reconcile(places: readonly number[]): void {
    for (const place of places) this.learn(place);
    this.sorted.clear();
  }

  private prepare(request: JqlRequest): {
    query: Query;
    test: IssueTest;
    context: JqlContext;
  } {
    this.catchUp(request.now);
    const query = parseJql(request.jql);
    if (query.where === null) throw badRequest(UNBOUNDED);
    const { now, timeZone, validates = true } = request;
    const context: JqlContext = {
      site: this.site,
      updated: (place) => this.seen[place] ?? 0,
      now,
      timeZone,
      validates,
    };
    return { query, test: compileJql(query.where, context), context };
  }

  private catchUp(now: number): void {
    const { changes } = this.site;
    const before = this.learned;
    for (; this.learned < changes.length; this.learned += 1) {
      const change = changes[this.learned];
      if (change === undefined || change.at + this.lagMs > now) break;
      this.learn(change.place);
    }
    if (this.learned > before) this.sorted.clear();
  }

  private learn(place: number): void {
    if (place >= this.seen.length) {
      const larger = new Float64Array(Math.max(this.site.table.updated.length, place + 1));
      larger.set(this.seen);
      this.seen = larger;
    }
    this.seen[place] = this.site.table.updated[place] ?? 0;
  }

  private isKnown(place: number): boolean {
    return (this.seen[place] ?? 0) > 0;
  }

  private sortedBy(order: Order): Int32Array {
    const known = this.sorted.get(order.key);
    if (known !== undefined) return known;
    const places = Int32Array.from(Array.from(this.seen.keys()).filter((place) => this.isKnown(place)));
    const width = order.values(0).length;
    const keys = new Float64Array(this.seen.length * width);
    for (const place of places) keys.set(order.values(place), place * width);
    places.sort((a, b) => {
      for (let n = 0; n < width; n += 1) {
        const difference = (keys[a * width + n] ?? 0) - (keys[b * width + n] ?? 0);
        if (difference !== 0) return difference;
      }
      return a - b;
    });
    this.sorted.set(order.key, places);
    return places;
  }

  /** Where the first place after the token's sort key stands; that row may have moved or gone since. */
  private startAfter(token: readonly number[], sorted: Int32Array, order: Order): number {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const place = sorted[middle] ?? 0;
      if (isAfter([...order.values(place), place], token)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The index may still list what was deleted; the answer does not. */
  private visible(places: readonly number[]): number[] {
    return places.filter((place) => this.site.table.visible[place] === 1);
  }
}

/** Without ORDER BY: newest first, as Jira happens to do. */
function orderOf(query: Query, context: JqlContext): Order {
  const fields = query.order.length === 0 ? [{ field: 'created', descending: true }] : query.order;
  const parts = fields.map(({ field, descending }) => ({
    value: sortValue(field, context),
    sign: descending ? -1 : 1,
  }));
  return {
    key: fields.map(({ field, descending }) => `${field}${descending ? '-' : '+'}`).join(','),
    values: (place) => parts.map(({ value, sign }) => value(place) * sign),
  };
}

function isAfter(values: readonly number[], token: readonly number[]): boolean {
  for (const [n, value] of values.entries()) {
    const difference = value - (token[n] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
