/** What a scheduled run costs, command line and start included, when a hundred issues changed and when nothing did. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REAL_SITE } from '../../simulator/site/options.js';
import { type CommandCost, command } from '../command.js';
import { startSite } from '../site.js';
import type { Figure } from '../table.js';
import { withWarehouse } from '../warehouse.js';
import { ISSUE_STREAMS } from './full-read.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export async function smallChanges(issues: number): Promise<readonly Figure[]> {
  // The clock of the command line is the machine's: what is passed here must end there.
  const site = await startSite({ ...REAL_SITE, issues, now: Date.now() - DAY });
  try {
    return await withWarehouse(async ({ root }) => {
      const config = join(root, 'sync.yaml');
      writeFileSync(config, settings('bench', site.address.url));
      const { email, apiToken } = site.address;
      const env = { BENCH_EMAIL: email, BENCH_TOKEN: apiToken };
      const sync = () => command(['sync', '--config', config, '--warehouse', root, '--log-level', 'error'], env);
      const full = await sync();
      await site.pass(6 * HOUR);
      await site.churn({ updates: 100 });
      await site.pass(3 * HOUR);
      const changed = await sync();
      await site.pass(3 * HOUR);
      // What the lookback still shows is read once more and found unchanged.
      await sync();
      const quiet = await sync();
      const of = `of ${issues.toLocaleString('en')}`;
      return [
        ...figures(`whole, ${issues.toLocaleString('en')} issues`, full, null, null),
        ...figures(`100 issues changed ${of}`, changed, 3, 250),
        ...figures(`nothing changed ${of}`, quiet, 1.2, 250),
      ];
    });
  } finally {
    site.close();
  }
}

const fromEnvironment = (name: string): string => `"\${${name}}"`;

/** A connection to a simulated site, as fast as it is allowed to be. */
export function settings(
  name: string,
  url: string,
  rate = 100,
  streams: readonly string[] | null = ISSUE_STREAMS,
): string {
  const lines = [
    `connections:`,
    `  - name: ${name}`,
    `    url: ${url}`,
    `    auth: { type: basic, email: ${fromEnvironment('BENCH_EMAIL')}, api_token: ${fromEnvironment('BENCH_TOKEN')} }`,
    `    throttle: { requests_per_second: ${rate} }`,
    ...(streams ? [`    streams: [${streams.join(', ')}]`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function figures(name: string, cost: CommandCost, cpu: number | null, mb: number | null): readonly Figure[] {
  const problem = cost.status === 0 ? undefined : `exit code ${cost.status}`;
  return [
    {
      name: `${name}, CPU of all threads`,
      value: `${cost.cpuSeconds.toFixed(1)} s`,
      ...(cpu === null ? {} : { limit: `${cpu} s` }),
      floor: `${cost.seconds.toFixed(0)} s by the clock`,
      ok: cpu === null || cost.cpuSeconds <= cpu,
      problem,
    },
    {
      name: `${name}, peak memory`,
      value: `${cost.peakMb.toFixed(0)} MB`,
      ...(mb === null ? {} : { limit: `${mb} MB` }),
      floor: 'resident, of the whole command',
      ok: mb === null || cost.peakMb <= mb,
    },
  ];
}
