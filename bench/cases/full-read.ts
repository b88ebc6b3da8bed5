/** The four issue streams of a site like a real one, whole, without a throttle: CPU time and memory beside what nobody can do without. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REAL_SITE } from '../../simulator/site/options.js';
import { type Floors, floorInWords, floorsOf, sumOf } from '../floors.js';
import { type Counts, startSite } from '../site.js';
import { sharesInWords, sharesOf } from '../stages.js';
import type { SyncCost } from '../sync-once.js';
import { type Figure, say } from '../table.js';
import { type Warehouse, withWarehouse } from '../warehouse.js';

export const ISSUE_STREAMS = ['issue_search', 'issue_comments', 'issue_worklog', 'issue_changelog'];
/** CPU seconds of all threads for a thousand issues. */
const MOST_CPU = 4.5;
const MOST_MB = 350;
/** The pages of more would fill a disk, and the floor grows with the bytes. */
const MOST_FOR_FLOORS = 100_000;
/** How much dearer a thousand issues may be on the larger site. */
const MOST_GROWTH = 1.2;

/** CPU seconds per thousand issues by the number of issues, of the cases that ran. */
const perThousand = new Map<number, number>();

export async function fullRead(issues: number): Promise<readonly Figure[]> {
  const site = await startSite({ ...REAL_SITE, issues, fixedClock: true });
  try {
    return await withWarehouse(async (warehouse) => {
      const before = await site.cpuSeconds();
      const cost = await warehouse.syncInChild({ address: site.address, streams: ISSUE_STREAMS });
      const ofSite = (await site.cpuSeconds()) - before;
      const counts = await site.count();
      const problem = cost.errors[0] ?? (await lost(warehouse, counts));
      perThousand.set(issues, cost.cpuSeconds / (issues / 1000));
      say(
        `${issues} issues: ${cost.cpuSeconds.toFixed(1)} CPU s, peak ${cost.peakMb.toFixed(0)} MB, ${cost.requests} requests`,
      );
      const floors = issues > MOST_FOR_FLOORS ? null : await floorsOf(site.address);
      return [
        cpu(issues, cost, problem),
        ...(floors ? [ratio(cost, floors)] : []),
        {
          name: 'peak memory',
          value: `${cost.peakMb.toFixed(0)} MB`,
          limit: `${MOST_MB} MB`,
          floor: 'resident, of the process that syncs',
          ok: cost.peakMb <= MOST_MB,
        },
        requests(issues, cost, counts),
        {
          name: 'CPU of the simulated site',
          value: `${ofSite.toFixed(1)} s`,
          floor: `${cost.seconds.toFixed(0)} s by the clock, ${await warehouse.megabytes()} MB of tables`,
          ok: true,
        },
      ];
    });
  } finally {
    site.close();
  }
}

function ratio({ cpuSeconds }: SyncCost, floors: Floors): Figure {
  const times = cpuSeconds / sumOf(floors);
  return { name: 'times the floor', value: `${times.toFixed(1)} ×`, floor: floorInWords(floors), ok: true };
}

function cpu(issues: number, { cpuSeconds }: SyncCost, problem: string | undefined): Figure {
  const each = cpuSeconds / (issues / 1000);
  return {
    name: `${issues.toLocaleString('en')} issues, CPU of all threads`,
    value: `${cpuSeconds.toFixed(1)} s`,
    limit: `${((MOST_CPU * issues) / 1000).toFixed(0)} s`,
    floor: `${each.toFixed(2)} s for 1,000 issues`,
    ok: each <= MOST_CPU,
    problem,
  };
}

/** At the default rate, though none is kept here: that is what routes are chosen by. */
function requests(issues: number, cost: SyncCost, { worklogs, beyondPages }: Counts): Figure {
  const [pages, keys, batches] = [Math.ceil(issues / 100), Math.ceil(issues / 5000), 2 * Math.ceil(worklogs / 1000)];
  const least = pages + beyondPages.comments + beyondPages.histories + Math.min(beyondPages.worklogs, batches);
  // Two checks, the fields, up to three sampled pages and the feed of deleted worklogs; ids for a census or for batches.
  const most = least + 7 + 2 * keys;
  const words = [
    `${pages} pages`,
    `${beyondPages.comments} for long lists of comments`,
    `${beyondPages.histories} of histories`,
    `worklogs ${beyondPages.worklogs} inside or ${batches} by the feed`,
  ];
  return {
    name: 'requests',
    value: String(cost.requests),
    limit: String(most),
    floor: words.join(', '),
    ok: cost.requests <= most,
  };
}

/** Rows that did not arrive, in words. */
async function lost(warehouse: Warehouse, counts: Counts): Promise<string | undefined> {
  const there = [counts.issues, counts.comments, counts.worklogs, counts.histories];
  for (const [at, stream] of ISSUE_STREAMS.entries()) {
    const found = Number(await warehouse.value(`select count(*) from ${stream}`));
    if (found !== there[at]) return `${stream} has ${found} rows of ${there[at]}`;
  }
  return undefined;
}

/** A run under V8's profiler, which costs time of its own: for the shares alone. */
export async function stagesOf(issues: number): Promise<readonly Figure[]> {
  const site = await startSite({ ...REAL_SITE, issues, fixedClock: true });
  const folder = mkdtempSync(join(tmpdir(), 'bench-profile-'));
  try {
    return await withWarehouse(async (warehouse) => {
      const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`];
      const cost = await warehouse.syncInChild({ address: site.address, streams: ISSUE_STREAMS }, flags);
      const shares = sharesOf(folder, cost.threads);
      say(`${issues} issues by stage: ${sharesInWords(shares)}`);
      const total = [...shares.values()].reduce((sum, seconds) => sum + seconds, 0);
      return [...shares]
        .sort(([, a], [, b]) => b - a)
        .map(([stage, seconds]) => ({
          name: stage,
          value: `${((100 * seconds) / total).toFixed(0)} %`,
          floor: `${seconds.toFixed(2)} of ${total.toFixed(1)} CPU s`,
          ok: true,
          problem: cost.errors[0],
        }));
    });
  } finally {
    site.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The sizes that ran, held against 10,000 issues: a read must not cost more as its tables grow. */
export function growth(): readonly Figure[] {
  const base = perThousand.get(10_000);
  return [...perThousand]
    .filter(([issues]) => issues > 10_000)
    .map(([issues, seconds]) => {
      const times = base === undefined ? 1 : seconds / base;
      return {
        name: `1,000 of ${issues.toLocaleString('en')} issues`,
        value: `${seconds.toFixed(2)} CPU s`,
        limit: `${MOST_GROWTH} ×`,
        floor: base === undefined ? 'full-10k did not run' : `${times.toFixed(2)} × those of 10,000 issues`,
        ok: times <= MOST_GROWTH,
      };
    });
}
