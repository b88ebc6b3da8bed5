/** Requests are the budget: of the ways to the same rows the one is taken that costs the fewest, counted where they arrive. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { SimulatorOptions } from '../../simulator/simulator.js';
import { makeRegistry, type Registry } from '../../src/runtime/streams/registry.js';
import { jiraAndWarehouse, registry, syncInto } from '../helpers/jira-and-warehouse.js';

vi.setConfig({ testTimeout: 90_000 });

/** So low that nothing but the number of requests counts. */
const rate = 0.001;
const STREAMS = ['issue_search', 'issue_worklog'];

/** The same streams, and worklogs by no other way than this one and the one it falls back to. */
function worklogsBy(route: 'feed' | 'inline'): Registry {
  return makeRegistry(
    [...registry.streams.values()].map((stream) =>
      stream.stream === 'issue_worklog'
        ? {
            ...stream,
            routes: stream.routes.filter(({ name }) => name === route || !['feed', 'inline'].includes(name)),
          }
        : stream,
    ),
  );
}

const SITES: Readonly<Record<string, SimulatorOptions>> = {
  'differ much and all lie inside their issues': {
    issues: 200,
    perIssue: { comments: 0, worklogs: 9, histories: 0, spread: true },
  },
  'are many on some issues': { issues: 200 },
};

test.each(
  Object.entries(SITES),
)('a full read costs no more than by another route where worklogs %s', async (_, site) => {
  const world = await jiraAndWarehouse({ ...site, fixedClock: true });
  try {
    const chosen = await world.sync(STREAMS, { rate });
    const counts: number[] = [];
    for (const route of ['feed', 'inline'] as const) {
      const root = mkdtempSync(join(tmpdir(), 'lake-'));
      const other = await syncInto(world.jira, root, worklogsBy(route), STREAMS, { rate });
      expect(other.of('issue_worklog').rows_written).toBe(chosen.of('issue_worklog').rows_written);
      counts.push(other.requests);
      rmSync(root, { recursive: true });
    }
    expect(new Set(counts).size, 'the routes differ').toBe(2);
    // The second of the two pages there are may have been looked at to tell which way that is.
    expect(chosen.requests).toBeLessThanOrEqual(Math.min(...counts) + 1);
  } finally {
    await world.close();
  }
});
