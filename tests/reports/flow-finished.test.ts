/** What counts as finished, how often, and where, on the stories of March 2026: every number was worked out by hand. */
import { describe, expect, test } from 'vitest';
import type { FlowOptions } from '../../src/app/report/flow.js';
import { day } from '../query/stories.js';
import { BETA, BOTH, marchReports } from './march.js';

const { cycles, finished, report, rowsOf } = marchReports();

describe('what is finished, and how often', () => {
  test('--reopened split: each end counts, from the reopening on', async () => {
    expect(await finished({ reopened: 'split' })).toEqual([6, 3, 2, 0]);
    const columns = ['cycle_days', 'lead_days', 'active_days', 'reopened_count'];
    expect(await cycles({}, 'S-2', ...columns)).toEqual([[12, 11.17, 6, 1]]);
    expect(await cycles({ reopened: 'split' }, 'S-2', ...columns)).toEqual([
      [3, 2.17, 2, 0],
      [5, 4, 4, 1],
    ]);
  });

  test('--begun-at last: time before an issue was put back to wait does not count', async () => {
    expect(await cycles({}, 'S-3', 'cycle_days', 'active_days')).toEqual([[5, 3]]);
    expect(await cycles({ begunAt: 'last' }, 'S-3', 'cycle_days', 'active_days')).toEqual([[3, 2]]);
    // Reopened straight into progress: it never waited again.
    expect(await cycles({ begunAt: 'last' }, 'S-2', 'cycle_days')).toEqual([[12]]);
  });

  test('--done-by resolution: the last time that it was set; one of no history by its date', async () => {
    expect(await finished({ doneBy: 'resolution' })).toEqual([2, 1, 2, 0]);
    expect(await cycles({ doneBy: 'resolution' }, 'S-2', 'finished_at')).toEqual([['2026-03-20T13:00:00.000Z']]);
    expect(await cycles({ doneBy: 'resolution' }, 'S-11', 'finished_at')).toEqual([['2026-03-08T00:00:00.000Z']]);
    const rows = await rowsOf('created-resolved', { doneBy: 'resolution' });
    // S-12 was resolved and reopened in the first week, S-2 resolved in the second and reopened in the third.
    expect(rows.map((row) => [row.finished, row.reopened, row.open])).toEqual([
      [3, 1, 4],
      [2, 0, 5],
      [2, 1, 7],
      [0, 0, 7],
    ]);
  });

  test('--project-as-of then: what was finished in another project is not counted where it is now', async () => {
    const projects = ['S'];
    expect(await finished({ projects })).toEqual([5, 2, 2, 0]);
    // S-5 was done on the 13th, and moved on the 14th.
    expect(await finished({ projects, projectAsOf: 'then' })).toEqual([5, 1, 2, 0]);
  });

  test('--project-as-of then: ids are of one site alone, and a project without issues can be asked for', async () => {
    expect(await finished({ ...BOTH, projects: ['S'], projectAsOf: 'then' })).toEqual([5, 1, 2, 0]);
    expect(await finished({ ...BOTH, projects: ['OLD'], projectAsOf: 'then' })).toEqual([1, 0, 0, 0]);
    await expect(report('throughput', { projectAsOf: 'then' })).rejects.toThrow(/no meaning without --project/);
  });

  test('the resolution is that of the day, and of each end', async () => {
    const asOf = '2026-03-10';
    expect(await finished({ ...BETA, asOf })).toEqual([3, 0, 0, 0]);
    expect(await finished({ ...BETA, asOf, excludeResolutions: ['Duplicate'] })).toEqual([3, 0, 0, 0]);
    expect(await finished({ ...BETA, asOf, resolutions: ['Duplicate'] })).toEqual([0, 0, 0, 0]);
    expect(await finished({ ...BETA, asOf, resolutions: ['Repaired'] })).toEqual([1, 0, 0, 0]);
    const split = { ...BETA, reopened: 'split' } as const;
    expect(await cycles(split, 'OPS-1', 'resolution_name')).toEqual([['Repaired'], ['Duplicate']]);
    // An hour after it was done, and still done.
    expect(await cycles({ reopened: 'split' }, 'S-2', 'resolution_name')).toEqual([['Done'], ['Done']]);
  });

  test('--done-by resolution says what is open, too', async () => {
    const doneBy = 'resolution';
    expect((await report('forecast', BETA)).answer).toMatch(/^2 issues will/);
    expect((await report('forecast', { ...BETA, doneBy })).answer).toMatch(/^3 issues will/);
    const keys = async (options: FlowOptions) => (await rowsOf('aging', options)).map((row) => row.issue_key);
    expect(await keys(BETA)).toEqual(['OPS-6', 'OPS-3']);
    expect(await keys({ ...BETA, doneBy })).toEqual(['OPS-6', 'OPS-4', 'OPS-5']);
  });

  test('--done-by resolution --reopened split: a first end has no later date, and work goes on without a change of status', async () => {
    const split = { ...BETA, doneBy: 'resolution', reopened: 'split' } as const;
    expect(await cycles(split, 'OPS-2', 'finished_at')).toEqual([[day(2)], [day(17)]]);
    expect(await cycles(split, 'OPS-3', 'cycle_days', 'active_days')).toEqual([
      [4, 3],
      [3, 2],
    ]);
  });

  test('--resolutions and --exclude-resolutions choose by the resolution; a word that is none is refused', async () => {
    expect(await finished({ excludeResolutions: ["Won't do"] })).toEqual([5, 1, 2, 0]);
    expect(await finished({ resolutions: ['none'] })).toEqual([3, 1, 0, 0]);
    await expect(report('throughput', { resolutions: ['Dome'] })).rejects.toThrow(/no resolution `Dome`.*`Done`/);
  });
});
