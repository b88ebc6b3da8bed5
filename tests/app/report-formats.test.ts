/** One report in every format, each read back by a reader that is not ours; and files that people hand over. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { unzipSync } from 'fflate';
import { readSheet } from 'read-excel-file/node';
import { describe, expect, test } from 'vitest';
import { addDays, type Span } from '../../src/reports/days.js';
import { timeTrackerCsv, worklogCsv } from '../../src/reports/print/worklogs-csv.js';
import { worklogJson } from '../../src/reports/print/worklogs-json.js';
import { worklogNdjson } from '../../src/reports/print/worklogs-ndjson.js';
import { worklogXlsx } from '../../src/reports/print/worklogs-xlsx.js';
import { levelsLeftOut } from '../../src/reports/worklogs/pivot.js';
import type { WorklogReport } from '../../src/reports/worklogs/report.js';
import { FEBRUARY, LOGGED, type Logged, random, worklogTables, ZONES } from './worklog-tables.js';

const { make, folder } = worklogTables();

async function text(pieces: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const piece of pieces) all += piece;
  return all;
}

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

describe('formats', () => {
  test('twelve windows over changes of clocks have the same seconds in json, csv and ndjson as the worklogs have', async () => {
    const rows = [...LOGGED, ...random(300)];
    await make({ period: '2026' }, async ({ report: year }) => {
      for (let window = 0; window < 12; window++) {
        const start = addDays('2026-03-01', window * 17);
        const span = { start, end: addDays(start, window % 9) };
        const day = ['author', 'site', 'utc', 'Pacific/Auckland'][window % 4] ?? 'utc';
        const expected = rows.filter((one) => isWithin(one, day, span)).reduce((sum, one) => sum + one.seconds, 0);
        const report = year.with({ span, day });
        expect(await sums(report)).toEqual({ json: expected, ndjson: expected, csv: expected, pivot: expected });
      }
    });
  }, 60_000);

  test('a workbook read by another library has the same hours, their sums as formulas, and texts that are none', async () => {
    await make({ ...FEBRUARY, by: ['person', 'issue'], columns: 'day', unit: 'm' }, async ({ head, report, gaps }) => {
      const bytes = await bytesOf(worklogXlsx({ head, report, gaps, made: 'today' }));
      const summary = await readSheet(bytes, 'Summary');
      expect(summary[0]?.slice(0, 3)).toEqual(['person', 'issue', '2026-02-01']);
      expect(summary.at(-1)?.at(-1)).toBe(13_600 / 60);
      const totals = summary.slice(1, -1).map((row) => Number(row.at(-1)));
      expect(totals.reduce((sum, one) => sum + one, 0)).toBeCloseTo(13_600 / 60);
      const worklogs = await readSheet(bytes, 'Worklogs');
      expect(worklogs.find((row) => row[4] === 'Ada Lovelace')).toEqual(
        expect.arrayContaining(['ENG-9', new Date('2026-02-02'), '=HYPERLINK("http://x")\n<script>']),
      );
      const about = await readSheet(bytes, 'About');
      expect(about.map(([line]) => line)).toContain(head.answer);
      const xml = new TextDecoder().decode(unzipped(bytes, 'xl/worksheets/sheet1.xml'));
      expect(xml).toMatch(/<f>SUM\(C2:AD2\)<\/f><v>[\d.]+<\/v>/);
      expect(new TextDecoder().decode(unzipped(bytes, 'xl/worksheets/sheet2.xml'))).not.toContain('<f>');
    });
  });

  test('a grid with more rows than a workbook or a screen is good for leaves out its last level, and says so', async () => {
    await make({ period: '2026', by: ['person', 'day'], columns: 'month' }, async ({ report }) => {
      const whole = await report.pivot();
      const cut = await report.pivot(20);
      expect([cut.levels, cut.total.seconds]).toEqual([['person'], whole.total.seconds]);
      expect(levelsLeftOut(cut, report.asked.by)).toContain('by person alone: by day as well');
      expect(levelsLeftOut(whole, report.asked.by)).toBeNull();
    });
  });

  test('JSON has the shape of the endpoint it stands for: issues by number, in each only worklogs of the report', async () => {
    await make(FEBRUARY, async ({ report }) => {
      const json = JSON.parse(await text(worklogJson(report.worklogs(true), report.asked)));
      expect(json.map(({ key }: { key: string }) => key)).toEqual(['ENG-9', 'ENG-10', 'OPS-1']);
      expect(Object.keys(json[0])).toEqual(['expand', 'id', 'self', 'key', 'connection', 'fields']);
      expect(json[2].fields.worklog.worklogs).toEqual([
        expect.objectContaining({
          author: 'hid',
          authorName: 'Hidden Zone',
          startedDate: '2026-02-03',
          timeSpent: '30m',
          timeSpentSeconds: 1800,
          visibility: { type: 'role', value: 'Admins' },
        }),
      ]);
    });
  });

  test('without a worklog JSON is an empty array', async () => {
    await make({ period: '2020' }, async ({ head, report }) => {
      expect(JSON.parse(await text(worklogJson(report.worklogs(true), report.asked)))).toEqual([]);
      expect(head.answer).toMatch(
        /^Nobody logged work in this period; the last day with work is \d{4}-\d\d-\d\d: --start \d{4}/,
      );
    });
  });

  test('a grid of one level does not grow without bound: it is refused with what makes it smaller', async () => {
    await make({ period: '2026', by: ['day'], columns: 'person' }, async ({ report }) => {
      await expect(report.pivot(20, 20)).rejects.toThrow(
        'The grid by day, person would have more than 20 cells: take coarser --columns',
      );
      const whole = await report.pivot();
      expect((await report.pivot(20, 1000)).total.seconds).toBe(whole.total.seconds);
    });
  });

  test.each([
    [{ users: ['ada'] }, 'Nothing of what was asked for was logged in this period; the last day with work is 20'],
    [{ projects: ['OPS'] }, 'Nothing of what was asked for was logged in'],
    [{ restricted: 'omit' }, 'Nothing of what was asked for was logged in'],
  ] as const)('a report of some alone does not say that nobody logged work: %o', async (options, answer) => {
    await make({ period: '2020', ...options }, async ({ head }) => expect(head.answer).toContain(answer));
  });

  test('a comment that is a formula is told to be a text in CSV, unless raw texts are asked for', async () => {
    await make({ ...FEBRUARY, users: ['ada'] }, async ({ report }) => {
      expect(await text(worklogCsv(report.worklogs(), report.asked, false))).toContain(`"'=HYPERLINK(""http://x"")`);
      expect(await text(worklogCsv(report.worklogs(), report.asked, true))).toContain(`"=HYPERLINK(""http://x"")`);
    });
  });

  test('the layout of Time Tracker has its byte order mark, columns, quotes and last line', async () => {
    await make({ ...FEBRUARY, users: ['ada'] }, async ({ report }) =>
      expect(await text(timeTrackerCsv(report.worklogs(true), report.asked))).toBe(
        '\ufeffProject,Issue Type,Key,Summary,Priority,Date Started,Display Name,Time Spent (h),Work Description\n' +
          `"Engineering",Sub-task,ENG-9,"Pay page","",2026-02-02 09:00:00,"Ada Lovelace",0.28,"'=HYPERLINK(""http://x"") &lt;script&gt;"\n` +
          'Total,,,,,,,0.28,\n',
      ),
    );
  });
});

describe('files that come from outside', () => {
  const file = (name: string, content: string) => {
    const path = join(folder(), name);
    writeFileSync(path, content);
    return path;
  };

  test('days off of a calendar are not expected to be worked, repeated ones included', async () => {
    const daysOff = file(
      'off.ics',
      [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'BEGIN:VEVENT',
        'UID:1',
        'DTSTART;VALUE=DATE:20260202',
        'DTEND;VALUE=DATE:20260204',
        'END:VEVENT',
        'BEGIN:VEVENT',
        'UID:2',
        'DTSTART;VALUE=DATE:20250206',
        'RRULE:FREQ=YEARLY',
        'END:VEVENT',
        'END:VCALENDAR',
      ].join('\r\n'),
    );
    await make({ start: '2026-02-02', end: '2026-02-06', users: ['idle'], expected: 8, daysOff }, async ({ gaps }) =>
      expect(gaps?.[0]?.shortDays).toEqual(['2026-02-04', '2026-02-05']),
    );
    await expect(make({ ...FEBRUARY, daysOff: file('no.ics', 'Mon Tue') }, async () => 0)).rejects.toThrow(
      'cannot be read as a calendar',
    );
  });

  test('a rate holds from its day on, and one for the project before the general one', async () => {
    const rates = file(
      'rates.csv',
      'person,project,rate,currency,from\nAda Lovelace,,36,EUR,\nada,ENG,72,EUR,2026-02-02\nada,ENG,720,EUR,2026-02-03\n',
    );
    await make({ ...FEBRUARY, rates }, async ({ report }) => {
      const { cost, unpriced } = await report.totals();
      expect([[...cost], unpriced]).toEqual([[['EUR', 20]], 3]);
    });
  });

  test('the cost is of the hours that count, so that it fits the hours beside it', async () => {
    const rates = file('rounded.csv', 'person,rate,currency\nada,72,EUR\n');
    const options = { ...FEBRUARY, rates, users: ['ada'], round: { seconds: 900, mode: 'nearest' as const } };
    await make(options, async ({ report }) => {
      const { cost, counted } = await report.totals();
      expect([[...cost], counted]).toEqual([[['EUR', 18]], 900]);
    });
  });

  test.each([
    ['person,rate\nx,1', /name the columns person, rate and currency/],
    ['person,rate,currency\nx,much,EUR', /line 2: expected an amount an hour/],
    ['person,rate,currency,from\nx,1,EUR,2026-02-30', /line 2: expected a day/],
  ])('a file of rates with a mistake is refused: %j', async (content, words) => {
    await expect(make({ ...FEBRUARY, rates: file('bad.csv', content) }, async () => 0)).rejects.toThrow(words);
  });
});

function isWithin({ author, started }: Logged, day: string, { start, end }: Span): boolean {
  const zone = { author: ZONES[author] ?? 'Europe/Berlin', site: 'Europe/Berlin', utc: 'UTC' }[day] ?? day;
  const date = new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(new Date(started));
  return date >= start && date <= end;
}

/** One part of a workbook, by a zip reader that is not the writer's. */
function unzipped(bytes: Uint8Array, name: string): Uint8Array {
  return unzipSync(bytes, { filter: (file) => file.name === name })[name] ?? new Uint8Array();
}

interface JsonIssue {
  readonly fields: { readonly worklog: { readonly worklogs: readonly { readonly timeSpentSeconds: number }[] } };
}

/** Each format read back by another reader than ours. */
async function sums(report: WorklogReport) {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  const json = JSON.parse(await text(worklogJson(report.worklogs(true), report.asked))) as readonly JsonIssue[];
  const lines = (await text(worklogNdjson(report.worklogs(), report.asked))).split('\n').filter(Boolean);
  const csv: { seconds: string }[] = parse(await text(worklogCsv(report.worklogs(), report.asked, false)), {
    columns: true,
  });
  return {
    json: sum(json.flatMap(({ fields }) => fields.worklog.worklogs.map((one) => one.timeSpentSeconds))),
    ndjson: sum(lines.map((line) => (JSON.parse(line) as { seconds: number }).seconds)),
    csv: sum(csv.map(({ seconds }) => Number(seconds))),
    pivot: (await report.pivot()).total.seconds,
  };
}
