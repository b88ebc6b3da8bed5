/** `sync --stream issue_worklog` on a site with 30,000 worklogs. */

import { startSite } from '../site.js';
import type { Figure } from '../table.js';
import { withWarehouse } from '../warehouse.js';
import { figure } from './four-streams.js';

const HOUR = 3_600_000;

export async function worklogsAlone(): Promise<readonly Figure[]> {
  const perIssue = { comments: 0, worklogs: 3, histories: 0 };
  const site = await startSite({ issues: 10_000, perIssue, fixedClock: true });
  try {
    return await withWarehouse(async (warehouse) => {
      const order = { address: site.address, streams: ['issue_worklog'] };
      const full = await warehouse.sync(order);
      const rows = Number(await warehouse.value('select count(*) from issue_worklog'));
      await site.pass(3 * HOUR);
      await site.churn({ worklogs: 50, deletedWorklogs: 10 });
      await site.pass(HOUR);
      const changed = await warehouse.sync(order);
      const later = Number(await warehouse.value('select count(*) from issue_worklog'));
      return [
        figure(
          'issue_worklog alone, full',
          full,
          65,
          '2 check + 30 of the feed + 30 batches of 1000',
          rows === 30_000 ? undefined : `${rows} rows of 30000`,
        ),
        figure(
          'issue_worklog alone, 50 added and 10 deleted',
          changed,
          5,
          '2 check + 1 of each feed + 1 batch',
          later === 30_040 ? undefined : `${later} live rows of 30040`,
        ),
      ];
    });
  } finally {
    site.close();
  }
}
