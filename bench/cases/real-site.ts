/** The four issue streams of a site like a real one, whole, without a throttle: CPU time and memory. */

import { REAL_SITE } from '../../simulator/site/options.js';
import { startSite } from '../site.js';
import type { Figure } from '../table.js';
import { withWarehouse } from '../warehouse.js';

const STREAMS = ['issue_search', 'issue_comments', 'issue_worklog', 'issue_changelog'];

export async function realSite(issues: number): Promise<readonly Figure[]> {
  const site = await startSite({ ...REAL_SITE, issues, fixedClock: true });
  try {
    return await withWarehouse(async (warehouse) => {
      const cost = await warehouse.syncInChild({ address: site.address, streams: STREAMS });
      const cpuOfSite = await site.cpuSeconds();
      const name = `${issues.toLocaleString('en')} issues`;
      return [
        {
          name: `${name}, CPU of all threads`,
          value: `${cost.cpuSeconds.toFixed(1)} s`,
          floor: `${cost.requests} requests, ${cost.seconds.toFixed(0)} s; the site spent ${cpuOfSite.toFixed(1)} s`,
          ok: true,
          problem: cost.errors[0],
        },
        { name: `${name}, peak memory`, value: `${cost.peakMb.toFixed(0)} MB`, floor: 'resident', ok: true },
      ];
    });
  } finally {
    site.close();
  }
}
