/** A run that went well and set values aside says so, or nobody would look into _extra. */
import { expect, test } from 'vitest';
import { noticesOf } from '../../src/app/notices.js';
import { emptyReport } from '../../src/contract/report.js';

const report = emptyReport('issue_search');

test('nothing is said of a run in which every value had its place', () => expect(noticesOf(report)).toEqual([]));

test('rejected rows of a stream that went well are told; of one that failed, its error tells', () => {
  expect(noticesOf({ ...report, rows_rejected: 3 })).toEqual([
    'issue_search: 3 rows could not be written; the table _rejects has them with the reason.',
  ]);
  expect(noticesOf({ ...report, rows_rejected: 3, state: 'failed', error: 'issue_search: …' })).toEqual([]);
});

test('a changed type and values that do not fit are told apart, each with how many values', () => {
  const notices = noticesOf({ ...report, misfits: { customfield_1: 3, due_date: 1 }, conflicts: ['customfield_1'] });
  expect(notices).toHaveLength(2);
  expect(notices[0]).toMatch(/^issue_search: .*another type.*_extra: customfield_1 \(3\)\. .*anew/);
  expect(notices[1]).toMatch(/^issue_search: .*_extra: due_date \(1\)\.$/);
});
