/** Flow reports put together by what issues are, now or on a day, on the stories of March 2026: every number was worked out by hand. */
import { describe, expect, test } from 'vitest';
import { documentCsv, documentJson } from '../../src/reports/print/document-data.js';
import { documentText } from '../../src/reports/print/document-text.js';
import type { Row } from '../../src/reports/sources.js';
import { BETA, marchReports } from './march.js';

const { finished, report, rowsOf } = marchReports();

describe('--by', () => {
  test('throughput has a column for each value, several values of one issue are one', async () => {
    const rows = await rowsOf('throughput', { by: 'component' });
    expect(rows.slice(0, 3)).toEqual([
      { week: '2026-03-02', finished: 5, 'no component': 4, Billing: 0, 'Billing, Search': 1 },
      { week: '2026-03-09', finished: 2, 'no component': 2, Billing: 0, 'Billing, Search': 0 },
      { week: '2026-03-16', finished: 2, 'no component': 1, Billing: 1, 'Billing, Search': 0 },
    ]);
  });

  test('cycle-time and aging have a row of figures for each group, in every format from one result', async () => {
    const document = await report('cycle-time', { by: 'resolution' });
    const [groups, issues] = document.sections;
    expect(groups.table.rows).toEqual([
      { group: 'Done', ...figures(4, 4, [3, 12, 12], 5.75, 5.47), reopened: 1 },
      { group: 'no resolution', ...figures(4, 3, [4, 5, 5], 4, 3.67), reopened: 0 },
      { group: "Won't do", ...figures(1, 0, [null, null, null], null, 2), reopened: 0 },
    ]);
    expect(issues?.table.rows).toHaveLength(9);
    expect([...documentCsv(document, false)][1]).toMatch(/^Done,4,4,3,12,12,5.75,5.47/);
    expect(JSON.parse(documentJson(document)).groups).toEqual(groups.table.rows);
    expect(documentText(document, undefined, true)).toMatch(/Won't do +1 +0/);
    expect(await rowsOf('aging', { by: 'resolution' })).toEqual([
      { group: 'no resolution', issues: 1, median_days: 8, mean_days: 8, oldest_days: 8, old: 1, stalled: 1 },
    ]);
  });

  test('groups add up to the whole, in every report', async () => {
    const sum = (rows: readonly Row[], column: string) => rows.reduce((all, row) => all + Number(row[column]), 0);
    for (const [name, columns] of [
      ['created-resolved', ['created', 'finished', 'reopened', 'open']],
      ['time-in-status', ['visits', 'ongoing', 'total_days']],
      ['cfd', ['done', 'in progress', 'to do']],
    ] as const) {
      const [whole, groups] = [await rowsOf(name), await rowsOf(name, { by: 'component' })];
      for (const column of columns) expect(sum(groups, column), column).toBeCloseTo(sum(whole, column));
    }
  });

  test('is refused where rows are something else, and for words that mean nothing', async () => {
    await expect(report('velocity', { by: 'issue_type' })).rejects.toThrow(
      /--by is for cycle-time, throughput, time-in-status, cfd, aging, created-resolved, forecast, not for velocity: the rows/,
    );
    await expect(report('cfd', { by: 'componend' })).rejects.toThrow(/Did you mean `component`/);
  });
});

describe('--as-of', () => {
  test('aging, cfd and throughput are what they were at the end of that day', async () => {
    const asOf = '2026-03-10';
    const [row, ...others] = await rowsOf('aging', { asOf });
    expect(row).toMatchObject({ issue_key: 'S-2', age_days: 2, status_days: 1.5, stalled: '' });
    expect(others).toEqual([]);
    const last = { day: '2026-03-10', done: 5, 'in progress': 1, 'to do': 3, unknown: 0 };
    expect((await rowsOf('cfd', { asOf })).at(-1)).toEqual(last);
    // S-2 was done on the 11th for the first time, and reopened on the 16th.
    expect(await finished({ asOf: '2026-03-15' })).toEqual([5, 3, 0, 0]);
  });

  test('aging: what never changed is stalled, and nothing is old where nothing was finished', async () => {
    const [row] = await rowsOf('aging', BETA);
    expect(row).toMatchObject({ issue_key: 'OPS-6', stalled: 'yes' });
    const none = { ...BETA, start: '2026-02-02', end: '2026-02-27' };
    const { answer } = await report('aging', none);
    expect(answer).toBe('2 issues are in progress, the oldest (OPS-6) for 26 days.');
    expect((await rowsOf('aging', { ...none, by: 'resolution' })).map(({ old }) => old)).toEqual([null, null]);
  });

  test('groups are those of that day, by the history of the field; what has none is refused', async () => {
    const of = async (by: string, asOf: string) =>
      (await rowsOf('cycle-time', { by, asOf })).map(({ group, finished: all }) => [group, all]);
    expect(await of('component', '2026-03-20')).toEqual([
      ['no component', 7],
      ['Billing, Search', 1],
      ['Search', 1],
    ]);
    expect(await of('team', '2026-03-20')).toEqual([
      ['no team', 7],
      ['Red', 2],
    ]);
    expect(await of('team', '2026-03-27')).toContainEqual(['Blue', 1]);
    await expect(report('cfd', { by: 'epic', asOf: '2026-03-20' })).rejects.toThrow(
      /What epic was on a day is not known/,
    );
    await expect(report('epics', {})).rejects.toThrow(/--as-of is for .*, not for epics: sprints, epics, versions and/);
    await expect(report('cfd', { asOf: '2999-01-01' })).rejects.toThrow(/is after today/);
  });
});

const figures = (
  all: number,
  begun: number,
  shares: readonly (number | null)[],
  mean: number | null,
  lead: number,
) => ({
  ...{ finished: all, begun, p50_days: shares[0], p85_days: shares[1], p95_days: shares[2] },
  mean_days: mean,
  mean_lead_days: expect.closeTo(lead, 1) as number,
});
