/** Three streams one below the other: what waits in the middle may still bring parents for the lowest one. */
import { setTimeout } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { makeRegistry } from '../../../src/runtime/streams/registry.js';
import { fakeTable } from '../../helpers/fake-table.js';
import { DAY, SMALL } from '../../helpers/small-plan.js';
import { page, smallRun } from '../../helpers/small-run.js';

/** Worklogs are asked for three at once. */
const registry = makeRegistry(
  [...SMALL.streams.values()].map((stream) =>
    stream.stream === 'worklogs'
      ? {
          ...stream,
          routes: stream.routes.map((route) => ({
            ...route,
            request: 'POST /list',
            batch: { of: 'id', put: 'body.ids', max: 3, answers: 'id' },
          })),
        }
      : stream,
  ),
);

test('the lowest stream is committed when late answers for the middle one have come, up to what still waits there', async () => {
  const tables = { worklogs: fakeTable(), worklog_notes: fakeTable() };
  let [clock, notes] = [0, 0];
  let release: () => void = () => undefined;
  const late = new Promise<void>((resolve) => {
    release = resolve;
  });
  const run = smallRun({
    ...{ states: { worklogs: null, worklog_notes: null }, tables, now: () => clock },
    facts: { registry, schedule: { census: null, overlap: null, reread: new Map() } },
    answer: async ({ path, body }) => {
      if (path !== '/list') return page({ id: `note ${++notes}` });
      const { ids } = body as { ids: string[] };
      if (ids.includes('1')) await late;
      return page(...ids.map((id) => ({ id, issue_id: '1' })));
    },
  });
  const [root] = run.roots;
  const records = [1, 2, 3, 4, 5, 6, 7].map((day) => ({
    record: { id: String(day), at: new Date(day * DAY).toISOString() },
    carried: {},
  }));
  root?.begin();
  await root?.deliver(root.node.route, records, {}, 8 * DAY);
  await vi.waitFor(() => expect(run.streamRun('worklog_notes').run.pending).toBe(3));
  clock += 60_000;
  const advanced = root?.advance(8 * DAY);
  await setTimeout(5);
  expect(tables.worklog_notes.state).toBeNull();
  release();
  await advanced;
  expect(await tables.worklog_notes.live()).toBe(6);
  expect((tables.worklog_notes.state as { bookmark: { ms: number } }).bookmark.ms).toBeLessThanOrEqual(7 * DAY);
});
