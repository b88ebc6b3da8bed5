/** Eight connections in one command, each with all streams that are on by themselves: the budget of each should be the only thing one waits for. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REAL_SITE } from '../../simulator/site/options.js';
import { command } from '../command.js';
import { type Site, startSite } from '../site.js';
import type { Figure } from '../table.js';
import { withWarehouse } from '../warehouse.js';
import { settings } from './small-changes.js';

const CONNECTIONS = 8;
const ISSUES = 1500;
const RATE = 5;
/** Connections that a sync reads side by side. */
const AT_ONCE = 4;
const MOST_CPU = 80;
const MOST_MB = 450;

export async function eightConnections(): Promise<readonly Figure[]> {
  const sites: Site[] = [];
  try {
    for (let seed = 1; seed <= CONNECTIONS; seed += 1)
      sites.push(await startSite({ ...REAL_SITE, ...SMALL, seed, issues: ISSUES, now: Date.now() }));
    return await withWarehouse(({ root }) => measure(sites, root));
  } finally {
    for (const site of sites) site.close();
  }
}

/** As many of the other things as a site of this size has. */
const SMALL = { projects: 6, boards: 6, sprints: 20, users: 60, groups: 8 };

async function measure(sites: readonly Site[], root: string): Promise<readonly Figure[]> {
  const config = join(root, 'sync.yaml');
  const connections = sites.map(({ address }, at) =>
    settings(`site${at + 1}`, address.url, RATE, null).replace('connections:\n', ''),
  );
  writeFileSync(config, `connections:\n${connections.join('')}`);
  const [first] = sites;
  // The credentials of a simulated site are the same everywhere but for the name.
  const env = { BENCH_EMAIL: first?.address.email ?? '', BENCH_TOKEN: first?.address.apiToken ?? '' };
  const cost = await command(['sync', '--config', config, '--warehouse', root, '--log-level', 'error'], env);
  const requests = await Promise.all(sites.map(async (site) => (await site.traffic()).log.length));
  const ideal = requests.reduce((sum, one) => sum + one, 0) / (AT_ONCE * RATE);
  const problem = cost.status === 0 ? undefined : `exit code ${cost.status}`;
  const name = `${CONNECTIONS} connections of ${ISSUES.toLocaleString('en')} issues, all streams`;
  return [
    {
      name: `${name}, CPU of all threads`,
      value: `${cost.cpuSeconds.toFixed(0)} s`,
      limit: `${MOST_CPU} s`,
      floor: `${cost.seconds.toFixed(0)} s by the clock, ${ideal.toFixed(0)} s by the budget, ${AT_ONCE} read at once`,
      ok: cost.cpuSeconds <= MOST_CPU,
      problem,
    },
    {
      name: `${name}, peak memory`,
      value: `${cost.peakMb.toFixed(0)} MB`,
      limit: `${MOST_MB} MB`,
      floor: 'resident, of the whole command',
      ok: cost.peakMb <= MOST_MB,
    },
  ];
}
