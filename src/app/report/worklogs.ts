/** `report worklogs`: a warehouse, names and words as people give them -> one report, of which every format is printed. */
import { ConnectorError } from '../../core/errors.js';
import { type Ports, portsOf } from '../../core/ports.js';
import { didYouMean } from '../../core/yaml-file.js';
import { slug } from '../../query/business-views/slug.js';
import { daysIn, type Span, type WeekStart } from '../../reports/days.js';
import type { UNITS } from '../../reports/hours.js';
import { type PeriodAsked, periodOf } from '../../reports/period.js';
import type { Sources } from '../../reports/sources.js';
import type { DATES, RESTRICTED, ROUND_MODES, WorklogsAsked } from '../../reports/worklogs/asked.js';
import { ROLLUPS } from '../../reports/worklogs/asked.js';
import { gapsOf, type PersonGap } from '../../reports/worklogs/expected.js';
import { type Head, headOf, READ_FOR_WORKLOGS } from '../../reports/worklogs/head.js';
import { levelOf } from '../../reports/worklogs/levels.js';
import { historyOf } from '../../reports/worklogs/levels-then.js';
import { type PersonDays, WorklogReport } from '../../reports/worklogs/report.js';
import { type ScopeAsked, scopeOf } from '../../reports/worklogs/scope.js';
import { refuseNoZone } from '../../reports/zones.js';
import type { Connection } from '../settings/config.js';
import { readDaysOff } from './days-off.js';
import { type AskSites, type Matched, matchedOf, unaskedLines } from './matching-issues.js';
import { readRates } from './rates.js';
import { today } from './today.js';
import { type ReportPlace, statusFor, withSources } from './warehouse.js';

/** As people give it, checked only for its form. */
export interface WorklogsOptions extends PeriodAsked, Partial<ScopeAsked> {
  readonly filters?: readonly string[];
  readonly jql?: readonly string[];
  readonly day?: string;
  readonly date?: (typeof DATES)[number];
  readonly weekStart?: WeekStart;
  readonly hideWeekends?: boolean;
  readonly by?: readonly string[];
  readonly columns?: string;
  readonly rollup?: string;
  readonly asOf?: 'start' | 'now';
  readonly round?: { readonly seconds: number; readonly mode: (typeof ROUND_MODES)[number] };
  readonly restricted?: (typeof RESTRICTED)[number];
  readonly moreFields?: readonly string[];
  readonly rates?: string;
  readonly unit?: (typeof UNITS)[number];
  readonly hoursPerDay?: number;
  /** Hours a working day. */
  readonly expected?: number;
  readonly daysOff?: string;
  /** Only people who logged less than expected. */
  readonly onlyMissing?: boolean;
  /** Seconds: older worklogs are no report. */
  readonly maxAge?: number;
}

export interface WorklogsJob extends ReportPlace {
  readonly options: WorklogsOptions;
  /** The connections of the settings, asked for only when a filter or JQL is to be asked of the site. */
  readonly connections: () => readonly Connection[];
  /** What asks; default: each time anew. */
  readonly askSites?: AskSites;
}

/** Good until its warehouse is closed. What stands around the worklogs is counted only for those who show it. */
export interface MadeWorklogs {
  readonly report: WorklogReport;
  head(): Promise<Head>;
  /** Null where no hours were expected. */
  gaps(): Promise<readonly PersonGap[] | null>;
}

/** All of it, for formats that show it. */
export const told = async ({ report, head, gaps }: MadeWorklogs) => ({
  ...{ report, head: await head(), gaps: await gaps() },
});

const MOST_LEVELS = 3;
/** Of `--day`, beside zones. */
const CLOCKS = ['author', 'site', 'utc'];

/** @throws ConnectorError kind `usage` for words that mean nothing here, `later` when the worklogs are older than asked */
export async function worklogsReport<Answer>(
  job: WorklogsJob,
  given: Partial<Ports>,
  use: (made: MadeWorklogs) => Promise<Answer>,
): Promise<Answer> {
  const ports = portsOf(given);
  const { options } = job;
  const span = periodOf(options, today(), options.weekStart ?? 'monday');
  const rates = options.rates === undefined ? [] : readRates(options.rates);
  const daysOff = options.daysOff === undefined ? new Set<string>() : readDaysOff(options.daysOff, span);
  return withSources(job, async (sources, warehouse) => {
    if (!sources.has('worklog'))
      throw new ConnectorError(
        'usage',
        `The warehouse ${job.warehouse.root} has no worklogs: connector sync --stream issue_worklog.`,
      );
    const { maxAge, connections } = options;
    const needed = { streams: READ_FOR_WORKLOGS, what: 'worklogs', maxAge, connections, at: job.at };
    const readStatus = () => statusFor(warehouse, needed);
    if (options.maxAge !== undefined) await readStatus();
    const { unasked, ...words } = await askedOf(sources, job, ports, span);
    const asked: WorklogsAsked = { ...words, rates };
    const made = madeOf(new WorklogReport(sources, asked), options, daysOff, readStatus);
    const head = async () => withLines(await made.head(), unaskedLines(unasked));
    return use({ ...made, head });
  });
}

const withLines = (head: Head, lines: Head['freshness']): Head => ({
  ...head,
  freshness: [...head.freshness, ...lines],
});

function madeOf(
  report: WorklogReport,
  options: WorklogsOptions,
  daysOff: ReadonlySet<string>,
  status: () => ReturnType<typeof statusFor>,
): MadeWorklogs {
  const { asked } = report;
  const usesGroups =
    [options.groups, options.notGroups].some((groups) => (groups ?? []).length > 0) || asked.by.includes('group');
  return {
    report,
    head: async () => {
      const [totals, people] = [await report.totals(), await report.people()];
      const lastDay = totals.worklogs === 0 ? await report.lastDay() : null;
      return headOf({ asked, totals, people, lastDay, status: await status(), usesGroups });
    },
    gaps: async () =>
      options.expected === undefined
        ? null
        : gapsOfAll(report, await report.peopleByDay(), daysOff, options.expected, options.onlyMissing === true),
  };
}

async function askedOf(
  sources: Sources,
  job: WorklogsJob,
  ports: Ports,
  span: Span,
): Promise<Omit<WorklogsAsked, 'rates'> & Pick<Matched, 'unasked'>> {
  const { options } = job;
  const { day = 'author', by = ['person', 'issue'], moreFields = [], rollup } = options;
  if (by.length > MOST_LEVELS)
    throw new ConnectorError(
      'usage',
      `--by takes up to ${MOST_LEVELS} levels, and there are ${by.length}: ${by.join(', ')}.`,
    );
  if (rollup !== undefined && !(ROLLUPS as readonly string[]).includes(rollup) && !/^link:./.test(rollup))
    throw new ConnectorError('usage', `--rollup ${rollup} is none of ${ROLLUPS.join(', ')} or link:NAME.`);
  if (!CLOCKS.includes(day)) await refuseNoZone(sources, day, `--day ${day} is neither author, site nor utc, nor`);
  const scope = await scopeOf(sources, {
    ...{ connections: options.connections ?? [], projects: options.projects ?? [], issues: options.issues ?? [] },
    ...{ users: options.users ?? [], groups: options.groups ?? [], notGroups: options.notGroups ?? [] },
  });
  const columns = options.columns ?? columnsFor(span);
  if (options.hideWeekends && columns !== 'day')
    throw new ConnectorError(
      'usage',
      `--weekends hide has no meaning where columns are by ${columns}: add --columns day, or leave it out.`,
    );
  const { matched, unasked } = await matchedOf(sources, { ...job, names: scope.connections }, ports);
  return {
    unasked,
    ...{ span, day, by, rollup: rollup ?? null },
    date: options.date ?? 'started',
    weekStart: options.weekStart ?? 'monday',
    weekend: ['saturday', 'sunday'],
    hideWeekends: options.hideWeekends ?? false,
    scope: { ...scope, matched },
    columns,
    ...(await historiesOf(sources, options, by, columns)),
    rounding: options.round ?? null,
    restricted: options.restricted ?? 'include',
    moreFields: [...new Set(moreFields.map((name) => fieldOf(sources, name)))],
    shown: { unit: options.unit ?? 'h', hoursPerDay: options.hoursPerDay ?? 8 },
  };
}

async function historiesOf(
  sources: Sources,
  { asOf, weekStart = 'monday' }: WorklogsOptions,
  by: readonly string[],
  columns: string,
): Promise<Pick<WorklogsAsked, 'histories' | 'withoutHistory'>> {
  const histories = new Map<string, string>();
  const withoutHistory: string[] = [];
  const pivoted = columns === 'none' ? [] : [[columns, '--columns'] as const];
  const used = asOf === 'start' ? new Map([...pivoted, ...by.map((name) => [name, '--by'] as const)]) : [];
  for (const [name, option] of used) {
    const field = await historyOf(sources, name, levelOf(name, sources, weekStart, option));
    if (field === null) withoutHistory.push(name);
    else if (field !== undefined) histories.set(name, field);
  }
  return { histories, withoutHistory };
}

const MOST_DAYS = 31;
const MOST_WEEKS = 26;

function columnsFor(span: Span): string {
  if (daysIn(span) <= MOST_DAYS) return 'day';
  return daysIn(span) <= MOST_WEEKS * 7 ? 'week' : 'month';
}

/** @throws ConnectorError kind `usage` for what is no column of the view `issue` */
function fieldOf(sources: Sources, name: string): string {
  const columns = sources.columns('issue');
  if (columns.has(name)) return name;
  const called = slug(name);
  if (called !== null && columns.has(called)) return called;
  throw new ConnectorError(
    'usage',
    `--more-fields ${name} is no column of the view issue.${didYouMean(called ?? name, [...columns.keys()])} connector query "DESCRIBE issue" lists them.`,
  );
}

/** Of the people who were asked for, those too who logged nothing. */
async function gapsOfAll(
  report: WorklogReport,
  people: readonly PersonDays[],
  daysOff: ReadonlySet<string>,
  hours: number,
  onlyMissing: boolean,
): Promise<readonly PersonGap[]> {
  const idle = (await report.namesOfScope()).filter(({ id }) => !people.some((person) => person.id === id));
  const all = [...people, ...idle.map(({ id, name }) => ({ id, name, seconds: 0, days: new Map<string, number>() }))];
  const { span, weekend } = report.asked;
  const byName = all.sort((a, b) => a.name.localeCompare(b.name, 'en') || (a.id < b.id ? -1 : 1));
  const gaps = gapsOf(byName, { span, weekend, daysOff, seconds: hours * 3600 });
  return onlyMissing ? gaps.filter(({ missing }) => missing > 0) : gaps;
}
