/** How old finished issues were when they left a status, where work on them began more than once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FlowOptions, flowReports } from '../../src/app/report/flow.js';
import { day, putHistories } from '../query/stories.js';

const [TODO, DOING, REVIEW, DONE] = ['1', '2', '3', '4'];
const root = mkdtempSync(join(tmpdir(), 'leaving-'));
beforeAll(async () => {
  // Ten days in Review, back to To Do, three days of work, done.
  const again = (nth: number) => ({
    ...{ key: `L-${nth}`, from: TODO },
    moves: [
      [day(2), REVIEW],
      [day(12), TODO],
      [day(16), DOING],
      [day(19), DONE],
    ] as const,
  });
  await putHistories(root, 'acme', {
    created: day(1),
    issues: [
      ...[1, 2, 3, 4, 5].map(again),
      { key: 'L-6', from: TODO, moves: [[day(20), REVIEW]] },
      { key: 'L-7', from: TODO, moves: [[day(20), DOING]] },
    ],
    statuses: [
      [TODO, 'To Do', 'TODO'],
      [DOING, 'In Progress', 'IN_PROGRESS'],
      [REVIEW, 'Review', 'IN_PROGRESS'],
      [DONE, 'Done', 'DONE'],
    ],
    columns: [
      ['To Do', TODO],
      ['In Progress', DOING],
      ['Review', REVIEW],
      ['Done', DONE],
    ],
  });
}, 60_000);
afterAll(() => rmSync(root, { recursive: true }));

async function left(options: FlowOptions = {}) {
  const [report] = await flowReports({
    ...{ warehouse: { root }, labels: new Map<string, string>(), reports: ['aging'] },
    options: { start: '2026-03-02', end: '2026-03-29', asOf: '2026-03-27', ...options },
  });
  return Object.fromEntries(
    (report?.sections[1]?.table.rows ?? []).map((row) => [row.column, [row.finished, row.p50_days]]),
  );
}

test('aging --begun-at last: a status left before the last work began is not one left at the age of a day', async () => {
  expect(await left()).toEqual({ Review: [5, 11], 'In Progress': [5, 18] });
  expect(await left({ begunAt: 'last' })).toEqual({ Review: [0, null], 'In Progress': [5, 4] });
});
