/** `/worklog/updated` and `/worklog/deleted`: ids by time of change, oldest first, a thousand at a time, the last minute left out. */

import type { SiteIssues } from './site-issues.js';
import { worklogTimes } from './worklogs.js';

export interface FeedEntry {
  readonly worklogId: number;
  readonly updatedTime: number;
}

export interface FeedPage {
  readonly values: readonly FeedEntry[];
  /** Time of the youngest row; `since` itself on an empty page. */
  readonly until: number;
  readonly lastPage: boolean;
}

const PAGE = 1000;
const LEFT_OUT_MS = 60_000;

export class WorklogFeed {
  /** Made worklogs by time: two numbers per worklog, made on the first request. */
  private made: { readonly ids: Int32Array; readonly issues: Int32Array; readonly times: Float64Array } | undefined;

  constructor(
    private readonly site: SiteIssues,
    private readonly firstId: number,
  ) {}

  /** Worklogs changed at `since` or later. Only what restricts a worklog itself counts, not who may see its issue. */
  updated(since: number, now: number): FeedPage {
    const until = now - LEFT_OUT_MS;
    const edited = [...this.site.worklogs.edited()]
      .filter(({ issue, updated }) => this.isThere(issue) && updated >= since && updated < until)
      .map(({ id, updated }) => ({ worklogId: id, updatedTime: updated }));
    return paged([...this.madeSince(since, until), ...edited], since);
  }

  deleted(since: number, now: number): FeedPage {
    const entries = this.site.deletedWorklogs
      .filter(({ at }) => at >= since && at < now - LEFT_OUT_MS)
      .map(({ worklogId, at }) => ({ worklogId, updatedTime: at }));
    return paged(entries, since);
  }

  /** The first rows of those made from the seed: one more than a page needs. */
  private madeSince(since: number, until: number): FeedEntry[] {
    this.made ??= this.sortMade();
    const { ids, issues, times } = this.made;
    const entries: FeedEntry[] = [];
    for (let at = firstNotBelow(times, since); at < times.length && entries.length <= PAGE; at += 1) {
      const time = times[at] ?? 0;
      if (time >= until) break;
      const worklogId = ids[at] ?? 0;
      if (this.isThere(issues[at] ?? 0) && this.site.worklogs.isUntouched(worklogId))
        entries.push({ worklogId, updatedTime: time });
    }
    return entries;
  }

  private sortMade(): { ids: Int32Array; issues: Int32Array; times: Float64Array } {
    const { table, options } = this.site;
    const total = table.worklogsBefore[options.issues] ?? 0;
    const times = new Float64Array(total);
    const issues = new Int32Array(total);
    for (let issue = 0; issue < options.issues; issue += 1) {
      const first = table.worklogsBefore[issue] ?? 0;
      const count = (table.worklogsBefore[issue + 1] ?? 0) - first;
      for (let n = 0; n < count; n += 1) {
        times[first + n] = worklogTimes(options.seed, table, issue, n, count).updated;
        issues[first + n] = issue;
      }
    }
    const order = Int32Array.from(times.keys()).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
    return {
      ids: order.map((number) => this.firstId + number),
      issues: order.map((number) => issues[number] ?? 0),
      times: Float64Array.from(order, (number) => times[number] ?? 0),
    };
  }

  private isThere(issue: number): boolean {
    return this.site.table.visible[issue] === 1 || this.site.secured.has(issue);
  }
}

function paged(entries: FeedEntry[], since: number): FeedPage {
  entries.sort((a, b) => a.updatedTime - b.updatedTime || a.worklogId - b.worklogId);
  const values = entries.slice(0, PAGE);
  return { values, until: values.at(-1)?.updatedTime ?? since, lastPage: entries.length <= PAGE };
}

function firstNotBelow(times: Float64Array, since: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < since) low = middle + 1;
    else high = middle;
  }
  return low;
}
