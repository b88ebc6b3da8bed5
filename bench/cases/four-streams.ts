/** The four issue streams over one walk: requests of a full run, of one with few changes, and of one with none. */

import { type Site, startSite } from '../site.js';
import type { SyncCost } from '../sync-once.js';
import type { Figure } from '../table.js';
import { type Warehouse, withWarehouse } from '../warehouse.js';

const STREAMS = ['issue_search', 'issue_comments', 'issue_worklog', 'issue_changelog'];
const ISSUES = 10_000;
const HOUR = 3_600_000;
const TABLES: Readonly<Record<string, number>> = {
  issue_search: ISSUES,
  issue_comments: 4 * ISSUES,
  issue_worklog: 3 * ISSUES,
  issue_changelog: 10 * ISSUES,
};
const CHURN = { updates: 100, worklogs: 50, deletes: 10 };

export async function fourStreams(): Promise<readonly Figure[]> {
  const perIssue = { comments: 4, worklogs: 3, histories: 10 };
  const site = await startSite({ issues: ISSUES, projects: 20, perIssue, fixedClock: true });
  try {
    return await withWarehouse((warehouse) => measure(site, warehouse));
  } finally {
    site.close();
  }
}

async function measure(site: Site, warehouse: Warehouse): Promise<readonly Figure[]> {
  const order = { address: site.address, streams: STREAMS };
  const sync = () => warehouse.sync(order);
  const full = await sync();
  const lacking = await missing(warehouse);
  await site.pass(3 * HOUR);
  await site.churn(CHURN);
  // Time enough for all that is re-read by the lookback to lie behind.
  await site.pass(HOUR / 2);
  const changed = await sync();
  const { issues } = await site.count();
  const live = Number(await warehouse.value('select count(*) from issue_search'));
  await site.pass(3 * HOUR);
  // What the lookback still shows is read once more and found unchanged.
  await sync();
  const quiet = await sync();
  const uncounted = await warehouse.sync({ ...order, census: 'never' });
  return [
    figure('full', full, 128, '100 pages + 2 census + 2 check + fields + 3 feeds of worklogs', lacking),
    figure(
      '100 issues changed, 50 worklogs added, 10 issues deleted',
      changed,
      12,
      '2 check + fields + 2 pages + 3 worklog feeds + 2 census + 1 for the deleted and those that name them',
      live === issues ? undefined : `${live} live rows for ${issues} issues`,
    ),
    figure('nothing changed', quiet, 8, '2 check + fields + 1 page + 2 worklog feeds + 2 census'),
    figure('nothing changed, census: never', uncounted, 6, '2 check + fields + 1 page + 2 worklog feeds'),
  ];
}

/** What the full run did not bring, in words. */
async function missing(warehouse: Warehouse): Promise<string | undefined> {
  for (const [table, rows] of Object.entries(TABLES)) {
    const found = Number(await warehouse.value(`select count(*) from ${table}`));
    if (found !== rows) return `${table} has ${found} rows of ${rows}`;
  }
  return undefined;
}

export function figure(name: string, cost: SyncCost, most: number, floor: string, problem?: string): Figure {
  return {
    name,
    value: `${cost.requests} requests`,
    limit: String(most),
    floor,
    ok: cost.requests <= most,
    problem: cost.errors[0] ?? problem,
  };
}
