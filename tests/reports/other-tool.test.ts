/**
 * Where work begins and ends, beside the rules of jirametrics. No answer of that tool to a real history is at hand that could stand
 * here: the histories are invented, in the shapes of its sample issues and of those its own tests are about, and the answers are what
 * its rules give, worked out by hand. Its rules: `first` is the first time in a category, or in a column of the board or to the
 * right of it; `still` is the first moment of the last stay there, and none when it was left; begun and stopped in one moment is not
 * begun; days are `stopped − begun + 1`, by date.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FlowOptions, flowReports } from '../../src/app/report/flow.js';
import { putHistories } from '../query/stories.js';

const at = (date: number, time = '00:00') => `2026-05-${String(date).padStart(2, '0')}T${time}:00.000Z`;

type Answer = readonly [begun: string | null, stopped: string, days: number];
interface Shape {
  readonly key: string;
  readonly moves: readonly (readonly [at: string, to: string])[];
  /** Of a site where Ready is of the category in progress, and of one where it is to do. Null: it is not finished. */
  readonly begunInReady: Answer | null;
  readonly begunInDoing: Answer | null;
}

const [BACKLOG, READY, DOING, DONE, REVIEW, CLOSED] = ['1', '2', '3', '4', '5', '6'];
const SHAPES: readonly Shape[] = [
  // Pulled, put back, pulled again, reviewed, done: the first beginning stays.
  {
    key: 'T-1',
    moves: [
      [at(4, '09:00'), READY],
      [at(5, '10:00'), DOING],
      [at(6, '11:00'), READY],
      [at(7, '12:00'), DOING],
      [at(7, '18:00'), REVIEW],
      [at(8, '13:00'), DONE],
    ],
    begunInReady: [at(4, '09:00'), at(8, '13:00'), 5],
    begunInDoing: [at(5, '10:00'), at(8, '13:00'), 4],
  },
  // From Ready to Done: the first moment in Doing or to its right is that of Done, so that it was never begun there.
  {
    key: 'T-2',
    moves: [
      [at(4, '09:00'), READY],
      [at(4, '23:30'), DONE],
    ],
    begunInReady: [at(4, '09:00'), at(4, '23:30'), 1],
    begunInDoing: [null, at(4, '23:30'), 0],
  },
  // From the backlog into work: two dates, although it took an hour.
  {
    key: 'T-3',
    moves: [
      [at(4, '23:30'), DOING],
      [at(5, '00:30'), DONE],
    ],
    begunInReady: [at(4, '23:30'), at(5, '00:30'), 2],
    begunInDoing: [at(4, '23:30'), at(5, '00:30'), 2],
  },
  // From the backlog to Done.
  {
    key: 'T-4',
    moves: [[at(6), DONE]],
    begunInReady: [null, at(6), 0],
    begunInDoing: [null, at(6), 0],
  },
  // Never finished.
  { key: 'T-5', moves: [[at(4), READY]], begunInReady: null, begunInDoing: null },
  // Done and taken back: `still` finds none.
  {
    key: 'T-6',
    moves: [
      [at(4), DOING],
      [at(5), DONE],
      [at(6), DOING],
    ],
    begunInReady: null,
    begunInDoing: null,
  },
  // Done, taken back, done again: the last stay.
  {
    key: 'T-7',
    moves: [
      [at(4), DOING],
      [at(5), DONE],
      [at(6), DOING],
      [at(7), DONE],
    ],
    begunInReady: [at(4), at(7), 4],
    begunInDoing: [at(4), at(7), 4],
  },
  // Done twice in a row: the first moment of the stay.
  {
    key: 'T-8',
    moves: [
      [at(4), DOING],
      [at(5), DONE],
      [at(6), DOING],
      [at(7), DONE],
      [at(9), CLOSED],
    ],
    begunInReady: [at(4), at(7), 4],
    begunInDoing: [at(4), at(7), 4],
  },
];

const root = mkdtempSync(join(tmpdir(), 'other-tool-'));
beforeAll(async () => {
  for (const [connection, ready] of [
    ['ready', 'IN_PROGRESS'],
    ['doing', 'TODO'],
  ] as const)
    await putHistories(root, connection, {
      created: at(2),
      issues: SHAPES.map(({ key, moves }) => ({ key, moves, from: BACKLOG })),
      statuses: [
        [BACKLOG, 'Backlog', 'TODO'],
        [READY, 'Ready', ready],
        [DOING, 'Doing', 'IN_PROGRESS'],
        [REVIEW, 'Review', 'IN_PROGRESS'],
        [DONE, 'Done', 'DONE'],
        [CLOSED, 'Closed', 'DONE'],
      ],
      columns: [
        ['Backlog', BACKLOG],
        ['Ready', READY],
        ['Doing', DOING],
        ['Review', REVIEW],
        ['Done', DONE, CLOSED],
      ],
    });
}, 60_000);
afterAll(() => rmSync(root, { recursive: true }));

async function cycles(connection: string, options: FlowOptions = {}) {
  const [report] = await flowReports({
    ...{ warehouse: { root }, labels: new Map<string, string>(), reports: ['cycle-time'] },
    options: { start: '2026-05-01', end: '2026-05-31', connections: [connection], ...options },
  });
  const rows = report?.sections[0].table.rows ?? [];
  return Object.fromEntries(rows.map((row) => [row.issue_key, [row.started_at, row.finished_at, row.cycle_days]]));
}

const answers = (of: 'begunInReady' | 'begunInDoing') =>
  Object.fromEntries(SHAPES.flatMap(({ key, [of]: answer }) => (answer === null ? [] : [[key, answer]])));

describe.each([
  ['ready', 'begunInReady'],
  ['doing', 'begunInDoing'],
] as const)('work that begins in %s', (connection, of) => {
  test('by category: first in progress, still in done', async () => {
    expect(await cycles(connection)).toEqual(answers(of));
  });

  test('by the columns of a board: first in or right of the leftmost one with work in it, still in the last one', async () => {
    expect(await cycles(connection, { board: 'Board' })).toEqual(answers(of));
  });
});

test('--begun-at last is the first moment of the last stay in or right of the column', async () => {
  const last = { ...answers('begunInDoing'), 'T-1': [at(7, '12:00'), at(8, '13:00'), 2] };
  expect(await cycles('doing', { begunAt: 'last' })).toEqual(last);
  expect(await cycles('doing', { begunAt: 'last', board: 'Board' })).toEqual(last);
});
