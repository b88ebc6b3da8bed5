/** A report is what was told, folded: each event says one thing, and the first word on a failure stands. */
import { expect, test } from 'vitest';
import { failureOf, fold, type Told } from '../../src/contract/events.js';
import { emptyReport, imbalance, type StreamReport } from '../../src/contract/report.js';
import type { Committed } from '../../src/contract/table.js';
import { ConnectorError } from '../../src/core/errors.js';

const EMPTY = emptyReport('issues');
const reportOf = (...events: readonly Told[]): StreamReport => events.reduce(fold, EMPTY);
const committed = (more: Partial<Committed>): Told => ({
  kind: 'committed',
  committed: {
    snapshotId: null,
    written: 0,
    unchanged: 0,
    duplicate: 0,
    deleted: 0,
    late: 0,
    metadataLocation: 'm',
    ...more,
  },
});
const census = { listed: 1, live: 1, added: 0, gone: 0, confirmed: 0, groups: [] };
const failed = (error: string, state: 'failed' | 'paused' | 'skipped' = 'failed'): Told => ({
  ...{ kind: 'failed', state, error, recovery: 'failed' },
});

test.each<[Told, Partial<StreamReport>]>([
  [
    { kind: 'begun', mode: 'incremental', route: 'search' },
    { mode: 'incremental', route: 'search' },
  ],
  [{ kind: 'route', route: 'search+bulk' }, { route: 'search+bulk' }],
  [{ kind: 'read', rows: 3 }, { rows_read: 3 }],
  [{ kind: 'rejected', rows: 2 }, { rows_rejected: 2 }],
  [{ kind: 'outcome', outcome: 'gone', rows: 2 }, { outcomes: { ...EMPTY.outcomes, gone: 2 } }],
  [{ kind: 'misfits', columns: ['a', 'b', 'a'], conflicts: [] }, { misfits: { a: 2, b: 1 } }],
  [
    { kind: 'misfits', columns: ['b', 'a'], conflicts: ['b', 'a', 'b'] },
    { misfits: { a: 1, b: 1 }, conflicts: ['a', 'b'] },
  ],
  [{ kind: 'left out', elements: 4 }, { left_out: 4 }],
  [{ kind: 'anomalies', names: ['x', 'y', 'x'] }, { anomalies: { x: 2, y: 1 } }],
  [{ kind: 'bookmark', at: '2026-01-01T00:00:00.000Z' }, { bookmark: '2026-01-01T00:00:00.000Z' }],
  [{ kind: 'reconciled', census }, { census }],
  [{ kind: 'refused', state: 'forbidden' }, { state: 'forbidden' }],
  [
    { kind: 'refused', state: 'unsupported', reason: 'too old' },
    { state: 'unsupported', reason: 'too old' },
  ],
  [failed('broke'), { state: 'failed', error: 'broke' }],
  [failed('wait', 'paused'), { state: 'paused', error: 'wait' }],
  [
    { kind: 'incomplete', error: 'a page' },
    { state: 'incomplete', error: 'a page' },
  ],
  [
    { kind: 'debts', owed: 2, hidden: 1 },
    { owed: 2, hidden: 1 },
  ],
  [
    { kind: 'requests', requests: 7, answers: { 200: 6 } },
    { requests: 7, answers: { 200: 6 } },
  ],
  [{ kind: 'took', seconds: 1.5 }, { seconds: 1.5 }],
  [{ kind: 'ended' }, { state: 'empty' }],
])('%j changes what it tells of, and nothing else', (event, change) =>
  expect(fold(EMPTY, event)).toEqual({ ...EMPTY, ...change }));

test('what is told twice is added up', () => {
  const twice: readonly Told[] = [
    { kind: 'read', rows: 3 },
    { kind: 'rejected', rows: 1 },
    { kind: 'outcome', outcome: 'gone', rows: 1 },
    { kind: 'left out', elements: 2 },
    { kind: 'anomalies', names: ['x'] },
    { kind: 'misfits', columns: ['a'], conflicts: ['a'] },
  ];
  expect(reportOf(...twice, ...twice)).toMatchObject({
    ...{ rows_read: 6, rows_rejected: 2, outcomes: { gone: 2 }, left_out: 4, anomalies: { x: 2 }, misfits: { a: 2 } },
    conflicts: ['a'],
  });
});

test('a commit tells of rows; one without a snapshot leaves the snapshot of the one before', () => {
  const first = committed({ snapshotId: 's1', written: 2, unchanged: 1, duplicate: 1, deleted: 3, late: 1 });
  const report = reportOf({ kind: 'read', rows: 5 }, first, committed({ unchanged: 1 }));
  expect(report).toMatchObject({ rows_written: 2, rows_deleted: 3, rows_late: 1, snapshot_id: 's1' });
  expect(report.outcomes).toMatchObject({ unchanged: 2, duplicate: 1 });
  expect(imbalance(report)).toBeNull();
});

test('the first failure stands: what follows is its consequence', () => {
  expect(reportOf(failed('first', 'paused'), failed('second'))).toMatchObject({ state: 'paused', error: 'first' });
  expect(reportOf(failed('first'), { kind: 'incomplete', error: 'later' })).toMatchObject({
    state: 'failed',
    error: 'first',
  });
});

test('a refusal and a lack keep their state when they become errors', () => {
  expect(reportOf({ kind: 'refused', state: 'forbidden' }, failed('no'))).toMatchObject({
    state: 'forbidden',
    error: 'no',
  });
  expect(reportOf({ kind: 'incomplete', error: 'a page' }, failed('x'))).toMatchObject({
    state: 'incomplete',
    error: 'a page',
  });
  expect(reportOf({ kind: 'refused', state: 'forbidden' }, { kind: 'incomplete', error: 'x' }).state).toBe('forbidden');
});

test('a stream whose parent failed is skipped, whatever was told before', () =>
  expect(reportOf(failed('parent failed'), failed('again', 'skipped'))).toMatchObject({
    state: 'skipped',
    error: 'parent failed',
  }));

test('a stream is empty at its end only: rows may still come after its walk', () => {
  expect(reportOf({ kind: 'begun', mode: 'full', route: 'r' }, { kind: 'took', seconds: 1 }).state).toBe('ok');
  expect(reportOf({ kind: 'ended' }).state).toBe('empty');
  expect(reportOf({ kind: 'read', rows: 1 }, { kind: 'ended' }).state).toBe('ok');
  expect(reportOf({ kind: 'begun', mode: 'incremental', route: 'r' }, { kind: 'ended' }).state).toBe('ok');
  expect(reportOf(failed('x'), { kind: 'ended' }).state).toBe('failed');
});

test.each([
  [new ConnectorError('later', 'wait'), 'paused', 'later'],
  [new ConnectorError('interrupted', 'stop'), 'paused', 'interrupted'],
  [new ConnectorError('credentials', 'who'), 'failed', 'credentials'],
  [new TypeError('bug'), 'failed', 'failed'],
  ['a text', 'failed', 'failed'],
])('%s ends a stream as %s', (error, state, recovery) =>
  expect(failureOf(error)).toMatchObject({
    kind: 'failed',
    state,
    recovery,
    error: error instanceof Error ? error.message : error,
  }));
