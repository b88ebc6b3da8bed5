import { afterEach, expect, test } from 'vitest';
import type { Writer } from '../../src/contract/table.js';
import { openWarehouse } from '../../src/writers/warehouse.js';
import { type JiraAndWarehouse, jiraAndWarehouse } from '../helpers/jira-and-warehouse.js';

let world: JiraAndWarehouse;
afterEach(() => world.close());

/** A warehouse in which one table is closed with an error. */
async function unclosable(root: string, name: string): Promise<Writer> {
  const writer = await openWarehouse({ root, runId: 'unclosable' });
  return {
    async open(spec) {
      const table = await writer.open(spec);
      if (spec.name !== name) return table;
      const close = table.close.bind(table);
      table.close = async () => {
        await close();
        throw new Error('its folder cannot be removed');
      };
      return table;
    },
    has: (...table) => writer.has(...table),
    close: () => writer.close(),
  };
}

test('a table that cannot be closed fails its stream alone: the others are closed, and the result of the run is told', async () => {
  world = await jiraAndWarehouse();
  const streams = ['boards', 'groups', 'issue_types'];
  const writer = await unclosable(world.root, 'boards');
  const ran = await world.sync(streams, { writer });
  expect(ran.failures).toEqual(['failed']);
  expect(ran.of('boards')).toMatchObject({ state: 'failed', error: 'its folder cannot be removed' });
  for (const stream of ['groups', 'issue_types']) expect(ran.of(stream).state).toBe('ok');
  // Locks that are still held would make this run fail.
  expect((await world.sync(streams)).failures).toEqual([]);
});

test('what went wrong before is told rather than that a table cannot be closed', async () => {
  world = await jiraAndWarehouse();
  const writer = await unclosable(world.root, 'boards');
  world.jira.faults.add({ match: 'GET /rest/agile/1.0/board', status: 400, times: 9 });
  const ran = await world.sync(['boards'], { writer });
  expect(ran.of('boards').error).toContain('400');
});
