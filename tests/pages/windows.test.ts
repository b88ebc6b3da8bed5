/**
 * Random windows by every clock have the same seconds in each format, each read back by a reader that is not ours, as SQL and
 * the site itself have. `npm run check:reports` takes 50 windows a clock.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Browser, Page } from 'playwright-core';
import { readSheet } from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { told, worklogsReport } from '../../src/app/report/worklogs.js';
import { type OpenWarehouse, openForReading } from '../../src/query/open.js';
import { addDays, type Span } from '../../src/reports/days.js';
import { worklogCsv } from '../../src/reports/print/worklogs-csv.js';
import { type WorklogPage, worklogHtml } from '../../src/reports/print/worklogs-html.js';
import { worklogJson } from '../../src/reports/print/worklogs-json.js';
import { worklogXlsx } from '../../src/reports/print/worklogs-xlsx.js';
import { type Row, Sources } from '../../src/reports/sources.js';
import { type JiraAndWarehouse, jiraAndWarehouse } from '../helpers/jira-and-warehouse.js';
import { type LoggedWork, siteWorklogs } from '../helpers/site-truth.js';
import { hasBrowser, startBrowser } from './browser.js';

const WINDOWS = Number(process.env.REPORT_WINDOWS ?? 1);
const CLOCKS = ['author', 'site', 'utc', 'America/Los_Angeles'];
const SITE_ZONE = 'Europe/Berlin';

let world: JiraAndWarehouse;
let truth: readonly LoggedWork[];
let days: Span;
const folder = mkdtempSync(join(tmpdir(), 'windows-'));

beforeAll(async () => {
  world = await jiraAndWarehouse({ issues: 150 });
  await world.sync(['issue_search', 'issue_worklog', 'users_search', 'myself', 'server_info']);
  truth = await siteWorklogs(world.jira);
  const dates = truth.map(({ date }) => date).sort();
  days = { start: dates[0] ?? '', end: dates.at(-1) ?? '' };
}, 120_000);
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});

describe.runIf(hasBrowser)('the same seconds everywhere', () => {
  let browser: Browser;
  let page: Page;
  let warehouse: OpenWarehouse;
  beforeAll(async () => {
    browser = await startBrowser();
    page = await browser.newPage();
    warehouse = await openForReading({ root: world.root });
  });
  afterAll(async () => {
    await browser?.close();
    warehouse?.close();
  });

  test(
    `${WINDOWS} random windows by each clock`,
    async () => {
      const opened = new AnswersKept(warehouse);
      const place = {
        warehouse: { root: world.root },
        labels: new Map<string, string>(),
        connections: () => [],
        opened,
      };
      await worklogsReport({ ...place, options: { ...days, unit: 'm', columns: 'day' } }, {}, async (made) => {
        // What stands around the worklogs is not compared.
        const whole = { ...(await told(made)), made: 'today' };
        for (const day of CLOCKS)
          for (let window = 0; window < WINDOWS; window++) {
            const span = windowOf(`${day} ${window}`);
            const expected = secondsOf(day, span);
            const found = await everywhere({ ...whole, report: whole.report.with({ day, span }) }, page);
            const [answer] = (await warehouse.read(sqlOf(day, span))).getRowObjectsJson();
            const same = { json: expected, csv: expected, xlsx: expected, html: expected, sql: expected };
            expect({ day, span, ...found, sql: Number(answer?.seconds ?? 0) }).toEqual({ day, span, ...same });
            opened.forget();
          }
      });
    },
    60_000 + WINDOWS * CLOCKS.length * 30_000,
  );
});

/** Up to a month, anywhere in what the site has. */
function windowOf(name: string): Span {
  let state = [...name].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 2_147_483_647, 7);
  const next = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const length = (Date.parse(days.end) - Date.parse(days.start)) / 86_400_000;
  const start = addDays(days.start, next(length));
  return { start, end: addDays(start, next(31)) };
}

/** By the runtime's own calendar. */
function secondsOf(day: string, { start, end }: Span): number {
  return truth
    .filter(({ started, date, zone }) => {
      const own = { author: zone ?? SITE_ZONE, utc: 'UTC' }[day] ?? day;
      const on = day === 'site' ? date : new Intl.DateTimeFormat('en-CA', { timeZone: own }).format(started);
      return on >= start && on <= end;
    })
    .reduce((sum, { seconds }) => sum + seconds, 0);
}

/** As an analyst asks it. */
function sqlOf(day: string, { start, end }: Span): string {
  const zone = { author: `coalesce(u.time_zone, '${SITE_ZONE}')`, utc: "'UTC'" }[day] ?? `'${day}'`;
  const on = day === 'site' ? 'w.started_date' : `CAST(w.started AT TIME ZONE ${zone} AS DATE)`;
  return (
    'SELECT sum(w.seconds)::BIGINT AS seconds FROM worklog w LEFT JOIN users_search u ON u.account_id = w.author_id' +
    ` WHERE ${on} BETWEEN DATE '${start}' AND DATE '${end}'`
  );
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

async function bytesOf(pieces: AsyncIterable<string | Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(Buffer.from(piece));
  return Buffer.concat(all);
}

interface JsonIssue {
  readonly fields: { readonly worklog: { readonly worklogs: readonly { readonly timeSpentSeconds: number }[] } };
}

/** Several formats ask the same of the warehouse: it answers once. */
class AnswersKept extends Sources {
  readonly #small = new Map<string, Promise<readonly Row[]>>();
  readonly #large = new Map<string, (readonly Row[])[]>();

  override rows(sql: string): Promise<readonly Row[]> {
    const kept = this.#small.get(sql) ?? super.rows(sql);
    this.#small.set(sql, kept);
    return kept;
  }

  override async *stream(sql: string): AsyncIterable<readonly Row[]> {
    const kept = this.#large.get(sql) ?? [];
    if (!this.#large.has(sql)) for await (const piece of super.stream(sql)) kept.push(piece);
    this.#large.set(sql, kept);
    yield* kept;
  }

  forget(): void {
    this.#small.clear();
    this.#large.clear();
  }
}

async function everywhere(whole: WorklogPage, page: Page) {
  const { report } = whole;
  const json: readonly JsonIssue[] = JSON.parse(
    String(await bytesOf(worklogJson(report.worklogs(true), report.asked))),
  );
  const csv: { seconds: string }[] = parse(await bytesOf(worklogCsv(report.worklogs(), report.asked, false)), {
    columns: true,
  });
  const book = await bytesOf(worklogXlsx(whole));
  const [names = [], ...rows] = await readSheet(book, 'Worklogs');
  const minutes = names.indexOf('minutes');
  const file = join(folder, 'page.html');
  writeFileSync(file, await worklogHtml(whole));
  await page.goto(`file://${file}`);
  // A level with one value is left out: the innermost that is there has all.
  const inner = (await page.locator('table.grid tr.level-1').count()) > 0 ? 1 : 0;
  const cells = await page.locator(`table.grid tr.level-${inner} td:not(.total)`).allInnerTexts();
  return {
    json: sum(json.flatMap(({ fields }) => fields.worklog.worklogs.map((one) => one.timeSpentSeconds))),
    csv: sum(csv.map(({ seconds }) => Number(seconds))),
    xlsx: Math.round(sum(rows.map((row) => Number(row[minutes]))) * 60),
    html: Math.round(sum(cells.map((cell) => Number(cell.replaceAll(',', '')))) * 60),
  };
}
