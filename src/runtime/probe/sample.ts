/** What the site is like, page by page: how long an answer takes, and how often rows inside a record are not all there. */

import type { HttpClient } from '../../http/client.js';
import type { Wanted } from '../plan/tree.js';
import type { Values } from '../requests/build-request.js';
import { inlineRows, insideOf, withAsks } from '../requests/inside.js';
import { type PagedRequest, readPages } from '../requests/read-pages.js';
import { sinceValues } from '../requests/since.js';
import { isRequestRoute, type Registry } from '../streams/registry.js';

export interface Inside {
  /** Rows per parent record. */
  readonly mean: number;
  /** Share of parent records whose inline rows are not all there. */
  readonly overflow: number;
  /** The share that may well be incomplete beyond this page, judged by how far the counts spread. */
  readonly upperBound?: number;
  /** The share that is incomplete if counts spread as they usually do. */
  readonly likely?: number;
  /** Rows of each parent record whose inline rows are not all there. */
  readonly long?: readonly number[];
}

export interface Sample {
  /** Seconds from sending to the whole answer. */
  readonly latency: number;
  /** Records on the page. */
  readonly records: number;
  /** Nothing comes after it, and nothing that the walk brings lies before the first page. */
  readonly whole: boolean;
  /** The first and the last record. */
  readonly ends: readonly unknown[];
  readonly inside: ReadonlyMap<string, Inside>;
}

/**
 * The first pages of `stream` with the inside rows of the wanted streams, a request for each. None when it has no paged route to sample.
 * @param since where the sample begins, epoch milliseconds
 * @param start where the walk does: what begins later is no sample of everything
 */
export async function* samplePages(
  client: HttpClient,
  registry: Registry,
  stream: string,
  wanted: readonly Wanted[],
  values: Values,
  label: string,
  since = 0,
  start = since,
): AsyncGenerator<Sample> {
  const route = registry.get(stream).routes.find((one) => isRequestRoute(one) && !one.gives && !one.batch);
  if (!route || !isRequestRoute(route)) return;
  const children = wanted.flatMap(({ stream: name }) => {
    const child = registry.get(name);
    const inside = child.parent?.stream === stream ? child.routes.find((one) => one.inside) : undefined;
    return inside ? [{ name, route: inside }] : [];
  });
  const asked = withAsks(
    route,
    children.map((child) => child.route),
  ) as PagedRequest;
  let began = performance.now();
  for await (const page of readPages(client, label, asked, { ...values, ...sinceValues(since) })) {
    const records: readonly unknown[] = page.records.map(({ record }) => record);
    yield {
      latency: (performance.now() - began) / 1000,
      records: records.length,
      // A page may be short because it was too large, or because the site gives fewer than it was asked for.
      whole: page.last && since <= start,
      ends: [records[0], records.at(-1)],
      inside: new Map(children.map(({ name, route: inside }) => [name, measure(inside, records)])),
    };
    began = performance.now();
  }
}

/** The first of these pages alone; null when there is none. */
export async function sample(...asked: Parameters<typeof samplePages>): Promise<Sample | null> {
  for await (const page of samplePages(...asked)) return page;
  return null;
}

function measure(route: Parameters<typeof inlineRows>[0], records: readonly unknown[]): Inside {
  if (records.length === 0) return { mean: 0, overflow: 0 };
  const totals = records.map((record) => insideOf(route, record)?.total ?? 0);
  const long = totals.filter((_, place) => inlineRows(route, records[place]) === null);
  const incomplete = long.length;
  const mean = totals.reduce((sum, total) => sum + total, 0) / records.length;
  const variance = totals.reduce((sum, total) => sum + (total - mean) ** 2, 0) / records.length;
  const overflow = incomplete / records.length;
  const bound = beyond(route.inside?.cap, mean, variance);
  return {
    mean,
    overflow,
    long,
    upperBound: Math.max(overflow, bound),
    likely: Math.min(bound, likely(route.inside?.cap, mean, variance)),
  };
}

/**
 * At most this share of all counts lies above the cap (Cantelli's inequality): a page of a hundred that happens to hold no long
 * list does not prove that there are none, unless all counts are much alike.
 */
function beyond(cap: number | undefined, mean: number, variance: number): number {
  if (cap === undefined) return 0;
  if (variance === 0 || mean > cap) return mean > cap ? 1 : 0;
  return variance / (variance + (cap - mean) ** 2);
}

/**
 * The share above the cap if counts spread as a negative binomial distribution of this mean and variance does, which is how things
 * per issue spread. The bound above is ten times as much for counts that merely differ, and a dearer route was chosen for it.
 */
function likely(cap: number | undefined, mean: number, variance: number): number {
  if (cap === undefined || mean === 0) return 0;
  const failures = mean ** 2 / Math.max(variance - mean, mean / 1000);
  const success = mean / (mean + failures);
  let term = (1 - success) ** failures;
  let upTo = term;
  for (let count = 1; count <= cap; count++) {
    term *= ((count - 1 + failures) / count) * success;
    upTo += term;
  }
  return Math.max(0, 1 - upTo);
}
