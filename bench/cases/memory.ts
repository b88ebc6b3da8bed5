/** Speed and memory end to end, without a throttle: what the machine can do, and that memory does not grow with the site. */

import { type Site, startSite } from '../site.js';
import type { Figure } from '../table.js';
import { withWarehouse } from '../warehouse.js';

/** Promised for a million issues of 5 KB. */
const PEAK_MB = 500;

/** Issues with their pages alone: children would measure the simulator. */
export async function memoryOf(issues: number): Promise<readonly Figure[]> {
  const site: Site = await startSite({ issues, perIssue: { comments: 0, worklogs: 0, histories: 0 } });
  try {
    return await withWarehouse(async (warehouse) => {
      const cost = await warehouse.syncInChild({ address: site.address, streams: ['issue_search'] });
      const [report] = cost.reports;
      const name = `${issues.toLocaleString('en')} issues`;
      const missing = issues - (report?.rows_written ?? 0);
      const problem = cost.errors[0] ?? (missing === 0 ? undefined : `${missing} issues are missing`);
      return [
        {
          name: `${name}, end to end`,
          value: `${Math.round(issues / cost.seconds).toLocaleString('en')} issues/s`,
          floor: `${cost.seconds.toFixed(0)} s, ${await warehouse.megabytes()} MB of tables`,
          ok: problem === undefined,
          problem,
        },
        {
          name: `${name}, peak memory`,
          value: `${cost.peakMb.toFixed(0)} MB`,
          limit: `${PEAK_MB} MB`,
          floor: 'resident, of the process that syncs',
          ok: cost.peakMb <= PEAK_MB,
        },
      ];
    });
  } finally {
    site.close();
  }
}
