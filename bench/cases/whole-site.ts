/** All enabled streams at half a second of latency and the default rate: is the budget used, and never more than it. */

import { plan } from '../../src/app/plan.js';
import { plainConnection } from '../../src/app/settings/config.js';
import { secondsLeft } from '../../src/cli/ui/how-far.js';
import { Secret } from '../../src/core/secret.js';
import { type SiteAddress, startSite, type Traffic } from '../site.js';
import { floorOf } from '../stream-floors.js';
import type { SyncCost } from '../sync-once.js';
import { type Figure, say } from '../table.js';
import { withWarehouse } from '../warehouse.js';

export const SITE = { issues: 10_000, projects: 50, boards: 40, sprints: 300, users: 500, groups: 60 };
const RATE = 5;
const LATENCY_MS = 500;
const LEAST_AVERAGE = 4.8;
const MOST_OFF = 0.25;

/** Takes three to four minutes: the rate decides. */
export async function wholeSite(): Promise<readonly Figure[]> {
  const perIssue = { comments: 4, worklogs: 3, histories: 10 };
  const site = await startSite({ ...SITE, perIssue, latencyMs: LATENCY_MS });
  try {
    return await withWarehouse(async (warehouse) => {
      const total = await plannedTotal(site.address, warehouse.root);
      await site.forget();
      const cost = await warehouse.sync({ address: site.address, perSecond: RATE });
      const traffic = await site.traffic();
      say(timeline(traffic));
      return [...totals(cost, traffic), timeLeft(cost, total), ...(await shares(cost, warehouse.value))];
    });
  } finally {
    site.close();
  }
}

function totals(cost: SyncCost, traffic: Traffic): readonly Figure[] {
  const average = averageRate(traffic);
  return [
    {
      name: `all ${cost.reports.length} streams`,
      value: `${cost.requests} requests, ${cost.seconds.toFixed(0)} s`,
      floor: `${(cost.requests / RATE).toFixed(0)} s at ${RATE}/s`,
      ok: true,
      problem: cost.errors[0],
    },
    {
      name: 'average outside the last chain',
      value: `${average.toFixed(2)} requests/s`,
      limit: `${LEAST_AVERAGE} at least`,
      floor: 'until only one endpoint has requests left',
      ok: average >= LEAST_AVERAGE,
    },
    lastChain(traffic),
    {
      name: 'busiest second, as sent',
      value: `${cost.maxSentInAnySecond} requests`,
      limit: String(RATE),
      floor: 'any window of 1000 ms',
      ok: cost.maxSentInAnySecond <= RATE,
    },
    {
      name: 'busiest second, as received',
      value: `${traffic.maxInAnySecond} requests`,
      // A machine without a free core stamps arrivals in bursts: worth a look, no verdict on what was sent.
      floor: 'any window of 1000 ms, by the clock of the simulated site',
      ok: true,
    },
  ];
}

/** Requests per second from the first one until all endpoints but one have had their last: what follows is a chain that cannot be hurried. */
export function averageRate({ log }: Traffic): number {
  const lastOf = new Map<string, number>();
  for (const { path, at } of log) lastOf.set(path, Math.max(lastOf.get(path) ?? 0, at));
  const begin = Math.min(...log.map(({ at }) => at));
  const end = [...lastOf.values()].sort((a, b) => b - a)[1] ?? begin;
  const within = log.filter(({ at }) => at <= end).length;
  return end > begin ? (within - 1) / ((end - begin) / 1000) : 0;
}

/** As the line of progress has it: the middle of what the plan promises. */
async function plannedTotal({ url, email, apiToken }: SiteAddress, root: string): Promise<number> {
  const auth = { type: 'basic', email, apiToken: new Secret(apiToken) } as const;
  const connection = plainConnection({ name: 'bench', label: 'bench', url, auth, requestsPerSecond: undefined });
  const [planned] = await plan({ connections: [connection], warehouse: { root } });
  return ((planned?.requests.min ?? 0) + (planned?.requests.max ?? 0)) / 2;
}

/** What the line of progress says when a fifth of the requests is sent, against what came. */
function timeLeft({ sentAt, seconds }: SyncCost, total: number): Figure {
  const requests = Math.ceil(sentAt.length / 5);
  const now = sentAt[requests - 1] ?? 0;
  const left = secondsLeft({ requests, total, rows: 0, seconds: now, working: new Map() }) ?? 0;
  const really = seconds - now;
  return {
    name: 'time left after 20 % of the run',
    value: `${left.toFixed(0)} s, really ${really.toFixed(0)} s`,
    limit: `${MOST_OFF * 100} % off`,
    floor: `by the plan, ${total.toFixed(0)} requests`,
    ok: Math.abs(left - really) <= MOST_OFF * really,
  };
}

/** What was asked alone in the end. */
function lastChain({ log }: Traffic): Figure {
  const last = log.at(-1);
  const alone = log.slice(log.findLastIndex(({ path }) => path !== last?.path) + 1);
  const seconds = ((last?.at ?? 0) - (alone[0]?.at ?? 0)) / 1000;
  return {
    name: 'the last chain',
    value: `${alone.length} requests, ${seconds.toFixed(0)} s`,
    floor: last?.path ?? '',
    ok: true,
  };
}

/** Requests per second in each tenth of a minute: where the budget was not used. */
function timeline({ log }: Traffic): string {
  const begin = Math.min(...log.map(({ at }) => at));
  const tenths: number[] = [];
  for (const { at } of log) {
    const slot = Math.floor((at - begin) / 6000);
    tenths[slot] = (tenths[slot] ?? 0) + 1;
  }
  return `requests/s, every 6 s: ${Array.from(tenths, (count = 0) => (count / 6).toFixed(1)).join(' ')}`;
}

async function shares(cost: SyncCost, value: (sql: string) => Promise<unknown>): Promise<readonly Figure[]> {
  const rows = [...cost.reports].sort((a, b) => b.requests - a.requests);
  const figures: Figure[] = [];
  for (const { stream, requests, route } of rows) {
    const { least, arithmetic } = await floorOf(stream, value);
    figures.push({
      name: stream,
      value: `${requests} (${((100 * requests) / cost.requests).toFixed(1)} %)`,
      floor: `${least}: ${arithmetic} [${route}]`,
      ok: true,
    });
  }
  return figures;
}
