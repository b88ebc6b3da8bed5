/** All enabled streams, hour after hour for a day, while a hundred issues change in each: what a run costs that has little to read. */
import { definitions } from '../../src/app/settings/definitions.js';
import type { StreamReport } from '../../src/contract/report.js';
import { startSite } from '../site.js';
import type { SyncCost } from '../sync-once.js';
import { type Figure, say } from '../table.js';
import { withWarehouse } from '../warehouse.js';
import { SITE } from './whole-site.js';

const HOUR = 3_600_000;
const HOURS = 25;
const CHANGED = 100;
const MOST_USUAL = 40;
const MOST_DEAREST = 100;

interface Hour {
  readonly all: number;
  /** Without the streams of boards and sprints. */
  readonly beside: number;
  readonly cost: SyncCost;
}

export async function hourly(): Promise<readonly Figure[]> {
  const perIssue = { comments: 4, worklogs: 3, histories: 10 };
  // The connector goes by the earlier of two clocks, and the site's must move.
  const site = await startSite({ ...SITE, perIssue, now: Date.now() - 3 * 24 * HOUR });
  try {
    return await withWarehouse(async (warehouse) => {
      const first = await warehouse.sync({ address: site.address });
      const hours: Hour[] = [];
      for (let hour = 0; hour < HOURS; hour += 1) {
        await site.pass(HOUR / 2);
        await site.churn({ updates: CHANGED });
        await site.pass(HOUR / 2);
        hours.push(hourOf(await warehouse.sync({ address: site.address })));
      }
      say(
        `requests by hour, beside boards and sprints: ${hours.map(({ all, beside }) => `${all} (${beside})`).join(' ')}`,
      );
      return figures(first, hours);
    });
  } finally {
    site.close();
  }
}

function hourOf(cost: SyncCost): Hour {
  const { registry } = definitions();
  const boards = cost.reports
    .filter(({ stream }) => registry.get(stream).topic === 'boards')
    .reduce((sum, { requests }) => sum + requests, 0);
  return { all: cost.requests, beside: cost.requests - boards, cost };
}

const isSixHourly = ({ stream, state }: StreamReport) => stream === 'board_issues' && state !== 'not_due';

function figures(first: SyncCost, hours: readonly Hour[]): readonly Figure[] {
  const by = (of: (hour: Hour) => number) => [...hours].sort((a, b) => of(b) - of(a));
  const [daily, dearest] = by(({ all }) => all);
  const usuals = hours.filter(({ cost }) => !cost.reports.some(isSixHourly)).map(({ all }) => all);
  const [, usual] = by(({ beside }) => beside);
  const shares = (hour: Hour | undefined) =>
    [...(hour?.cost.reports ?? [])]
      .filter(({ requests }) => requests > 1)
      .sort((a, b) => b.requests - a.requests)
      .map(({ stream, requests }) => `${stream} ${requests}`)
      .join(', ');
  const problem = hours.flatMap(({ cost }) => cost.errors)[0];
  return [
    { name: 'first run', value: `${first.requests} requests`, floor: '', ok: true, problem: first.errors[0] },
    { name: 'the daily hour', value: `${daily?.all} requests`, floor: shares(daily), ok: true, problem },
    {
      name: 'the dearest other hour, beside boards and sprints',
      value: `${dearest?.beside} of ${dearest?.all} requests`,
      limit: String(MOST_DEAREST),
      floor: shares(dearest),
      ok: (dearest?.beside ?? 0) <= MOST_DEAREST,
    },
    {
      name: 'an hour in which nothing is due that is read every 6 h, all streams',
      value: `${Math.min(...usuals)} to ${Math.max(...usuals)} requests`,
      floor: 'hourly the sprints of each board, and the closed sprints that changed issues are or were in',
      ok: true,
    },
    {
      name: 'an hour beside boards and sprints, the daily one left out',
      value: `${usual?.beside} requests`,
      limit: String(MOST_USUAL),
      floor: shares(usual),
      ok: (usual?.beside ?? 0) <= MOST_USUAL,
    },
  ];
}
