/** Requests of the chosen routes beside those of every other way to the same rows, each of them really read and counted. */
import type { SimulatorOptions } from '../../simulator/simulator.js';
import { startSite } from '../site.js';
import type { SyncCost } from '../sync-once.js';
import type { Figure } from '../table.js';
import { withWarehouse } from '../warehouse.js';
import { ISSUE_STREAMS } from './full-read.js';

const each = (comments: number, worklogs: number, histories: number, spread = false): SimulatorOptions => ({
  perIssue: { comments, worklogs, histories, spread },
});

const SITES: Readonly<Record<string, SimulatorOptions>> = {
  'the mix of the demo': {},
  'the mix of a large site': { perIssue: 'real' },
  'four, three and ten on each': each(4, 3, 10),
  'nine worklogs, spread': each(0, 9, 0, true),
  'no worklogs': each(3, 0, 5),
  'long histories': each(1, 1, 60),
  'more worklogs than a page shows': each(2, 25, 5),
  'one of each': each(1, 1, 1),
};

/** What no other way may be cheaper by. A request more or less is nothing. */
const MOST = { times: 1.05, requests: 1 };

const WAYS = ['feed', 'inline'].flatMap((worklogs) =>
  ['inline', 'bulk'].map((histories) => ({ issue_worklog: worklogs, issue_changelog: histories })),
);

/** Routes are chosen for the default rate, at which requests are the time that a read takes. */
export async function routes(issues: number): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const [name, site] of Object.entries(SITES))
    figures.push(await compared(`${name}, ${issues}`, { ...site, issues }));
  return figures;
}

async function compared(name: string, options: SimulatorOptions): Promise<Figure> {
  const site = await startSite({ ...options, fixedClock: true });
  const read = (only: Readonly<Record<string, string>>) =>
    withWarehouse((warehouse) => warehouse.sync({ address: site.address, streams: ISSUE_STREAMS, routes: only }));
  try {
    const chosen = await read({});
    const others: { readonly requests: number; readonly words: string; readonly isWhole: boolean }[] = [];
    for (const way of WAYS) {
      const { requests, errors, reports } = await read(way);
      const isWhole = errors.length === 0 && rowsOf(reports) === rowsOf(chosen.reports);
      const words = `${requests} worklogs ${way.issue_worklog}, histories ${way.issue_changelog}${isWhole ? '' : ' (not all rows)'}`;
      others.push({ requests, words, isWhole });
    }
    const least = Math.min(...others.filter(({ isWhole }) => isWhole).map(({ requests }) => requests));
    return {
      name,
      value: `${chosen.requests} requests`,
      limit: String(Math.floor(Math.max(least * MOST.times, least + MOST.requests))),
      floor: others.map(({ words }) => words).join('; '),
      ok: chosen.requests <= Math.max(least * MOST.times, least + MOST.requests),
      problem: chosen.errors[0],
    };
  } finally {
    site.close();
  }
}

/** What a forced way cannot fall back to is missing from its rows: it is no way to all of them. */
const rowsOf = (reports: SyncCost['reports']) =>
  reports
    .map(({ stream, rows_written }) => `${stream} ${rows_written}`)
    .sort()
    .join(', ');
