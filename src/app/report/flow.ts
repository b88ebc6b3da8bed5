/** The flow reports: a warehouse, names and days as people give them -> a document, of which every format is printed. */
import { ConnectorError } from '../../core/errors.js';
import { type Ports, portsOf } from '../../core/ports.js';
import { refuseUnknown } from '../../core/yaml-file.js';
import { addDays, daysIn, type Span } from '../../reports/days.js';
import type { ReportDocument } from '../../reports/document.js';
import { type Board, type FlowAsked, NO_RESOLUTION, UNASKED, type WorkingHours } from '../../reports/flow/asked.js';
import { boardOf } from '../../reports/flow/board.js';
import { knowsResolutions } from '../../reports/flow/finished.js';
import { groupOf } from '../../reports/flow/groups.js';
import {
  type BegunAt,
  type DoneBy,
  type FlowName,
  IN_PROGRESS,
  type Mean,
  type Reopened,
} from '../../reports/flow/names.js';
import { FLOW_CHOICES, SPRINTS } from '../../reports/flow/options.js';
import { FLOW } from '../../reports/flow/reports.js';
import { workingHoursOf } from '../../reports/flow/working-hours.js';
import { freshnessOf } from '../../reports/freshness.js';
import { refuseUnfit } from '../../reports/option.js';
import { type PeriodAsked, periodOf } from '../../reports/period.js';
import type { Sources } from '../../reports/sources.js';
import { refuseNoZone } from '../../reports/zones.js';
import type { Connection } from '../settings/config.js';
import { readDaysOff } from './days-off.js';
import { matchedOf, unaskedLines } from './matching-issues.js';
import { todayByUtc } from './today.js';
import { FLOW_MEMORY, type ReportPlace, statusFor, withSources } from './warehouse.js';

/** As people give it, checked only for its form. */
export interface FlowOptions extends PeriodAsked {
  readonly connections?: readonly string[];
  readonly projects?: readonly string[];
  /** Ids, asked of the site; see `matchedOf`. */
  readonly filters?: readonly string[];
  readonly jql?: readonly string[];
  readonly subtasks?: boolean;
  /** Id or name. */
  readonly sprint?: string;
  /** Id or name. */
  readonly board?: string;
  readonly items?: number;
  /** Of a forecast YYYY-MM-DD, else what issues are put together by. */
  readonly by?: string;
  readonly seed?: number;
  /** YYYY-MM-DD */
  readonly asOf?: string;
  readonly doneBy?: DoneBy;
  readonly begunAt?: BegunAt;
  readonly reopened?: Reopened;
  readonly resolutions?: readonly string[];
  readonly excludeResolutions?: readonly string[];
  readonly furthest?: boolean;
  readonly projectAsOf?: 'now' | 'then';
  /** Names of statuses. */
  readonly waiting?: readonly string[];
  /** Columns of the board, else statuses. */
  readonly timeIn?: readonly string[];
  readonly mean?: Mean;
  readonly workingHours?: string;
  /** A calendar file. */
  readonly daysOff?: string;
  /** Seconds: older histories are no report. */
  readonly maxAge?: number;
}

export interface FlowJob extends ReportPlace {
  readonly reports: readonly [FlowName, ...FlowName[]];
  readonly options: FlowOptions;
  /** The connections of the settings, asked for only when a filter or JQL is to be asked of the site. */
  readonly connections?: () => readonly Connection[];
}

/** Without a period: some quarter of a year, up to today. */
const USUAL_DAYS = 91;
const MOST_DAYS = 20 * 366;
const NEEDED = ['issue_changelog', 'issue_search', 'statuses'] as const;

/** @returns a document for each report. @throws ConnectorError kind `usage` for words that mean nothing here, `later` when histories are older than asked */
export async function flowReports(job: FlowJob, given: Partial<Ports> = {}): Promise<readonly ReportDocument[]> {
  const { options } = job;
  refuseIdle(job);
  const now = nowOf(options);
  const span = spanOf(options, now);
  const until = job.reports.includes('forecast') ? options.by : undefined;
  if (until !== undefined && until <= now)
    throw new ConnectorError(
      'usage',
      `--by ${until} is not after ${options.asOf === undefined ? 'today, ' : ''}${now}.`,
    );
  const ports = portsOf(given);
  return withSources(
    job,
    async (sources, warehouse) => {
      refuseWithout(sources, job.warehouse.root);
      const { maxAge, connections } = options;
      const status = await statusFor(warehouse, {
        streams: NEEDED,
        what: 'histories',
        maxAge,
        connections,
        at: job.at,
      });
      const names = await askedOf(sources, job, span, now);
      const asking = { options, connections: job.connections ?? (() => []), names: names.connections };
      const { matched, unasked } = await matchedOf(sources, asking, ports);
      const asked = { ...names, matched };
      const freshness = [...freshnessOf(status, NEEDED[0], 'histories'), ...unaskedLines(unasked)];
      const documents: ReportDocument[] = [];
      for (const report of job.reports) {
        const answer = await FLOW[report](sources, asked);
        documents.push({
          report,
          title: `${titleOf(answer.sections[0].heading, report, asked)}`,
          freshness,
          ...answer,
        });
      }
      return documents;
    },
    FLOW_MEMORY,
  );
}

function refuseIdle({ reports, options }: FlowJob): void {
  refuseUnfit(FLOW_CHOICES, reports, { ...options });
  if (options.daysOff !== undefined && options.workingHours === undefined)
    throw new ConnectorError(
      'usage',
      '--days-off has no meaning without --working-hours: add it, or leave out --days-off.',
    );
  if (options.projectAsOf === 'then' && (options.projects ?? []).length === 0)
    throw new ConnectorError(
      'usage',
      '--project-as-of then has no meaning without --project: add it, or leave out --project-as-of.',
    );
}

/** The day that is looked at: today, or an earlier one. */
function nowOf({ asOf }: FlowOptions): string {
  const now = todayByUtc();
  if (asOf === undefined || asOf <= now) return asOf ?? now;
  throw new ConnectorError(
    'usage',
    `--as-of ${asOf} is after today, ${now} by UTC: what will be is not in the histories.`,
  );
}

/** The days that are meant: without a period, those up to today. */
export function spanOf(options: PeriodAsked, now: string): Span {
  if (options.period === undefined && options.start === undefined)
    return { start: addDays(options.end ?? now, 1 - USUAL_DAYS), end: options.end ?? now };
  const span = periodOf(options, now, 'monday');
  if (daysIn(span) <= MOST_DAYS) return span;
  throw new ConnectorError(
    'usage',
    `A flow report counts day by day, and takes up to ${MOST_DAYS / 366} years: ${span.start} to ${span.end} are more.`,
  );
}

const PRESENT: readonly FlowName[] = ['aging', 'forecast', 'epics', 'versions'];
/** Their headings name the sprint. */
const OF_A_SPRINT: readonly FlowName[] = ['sprint', 'burndown'];

/** Those that look at the present say so; the others name their days. */
function titleOf(heading: string, report: FlowName, { span, today: now }: FlowAsked): string {
  if (OF_A_SPRINT.includes(report)) return heading;
  return PRESENT.includes(report) ? `${heading}, ${now}` : `${heading}, ${span.start} to ${span.end}`;
}

function refuseWithout(sources: Sources, root: string): void {
  const lacking = NEEDED.filter((stream) => !sources.has(stream));
  if (lacking.length > 0)
    throw new ConnectorError(
      'usage',
      `The warehouse ${root} lacks ${lacking.join(', ')}, which this report is made of: connector sync --stream ${lacking.join(' --stream ')}.`,
    );
}

async function askedOf(
  sources: Sources,
  { options, reports }: FlowJob,
  span: Span,
  now: string,
): Promise<Omit<FlowAsked, 'matched'>> {
  const { connections = [], projects = [], by, asOf = null, waiting = [], timeIn = [] } = options;
  const known = (view: string, column: string) => distinct(sources, view, column);
  if (connections.length > 0) refuseUnknown('There is no connection', connections, sources.connections);
  if (projects.length > 0)
    refuseUnknown('There is no project', projects, [
      ...new Set([...(await known('issue_search', 'project_key')), ...(await known('project_search', 'key'))]),
    ]);
  const resolutions = [...(options.resolutions ?? []), ...(options.excludeResolutions ?? [])];
  if (resolutions.length > 0)
    refuseUnknown('There is no resolution', resolutions, [
      ...new Set([
        ...(await known('resolutions', 'name')),
        ...(await known('issue', 'resolution_name')),
        NO_RESOLUTION,
      ]),
    ]);
  if (waiting.length > 0) refuseUnknown('There is no status', waiting, await known('statuses', 'name'));
  refuseWithoutHistory(sources, options);
  const orAll = (names: readonly string[]) => (names.length === 0 ? null : names);
  const isForecast = reports.includes('forecast');
  const board = options.board === undefined ? null : await boardOf(sources, options.board, orAll(connections));
  if (board !== null && reports.some((report) => !SPRINTS.includes(report))) refuseWithoutColumns(board);
  if (timeIn.length > 0)
    refuseUnknown(board === null ? 'There is no status' : `The board ${board.name} has no column`, timeIn, [
      ...(board?.columns.map(({ name }) => name) ?? (await known('statuses', 'name'))),
      IN_PROGRESS,
    ]);
  return {
    ...UNASKED,
    ...{ span, today: now, asOf, board, connections: orAll(connections), projects: orAll(projects) },
    subtasks: options.subtasks ?? UNASKED.subtasks,
    sprint: options.sprint ?? UNASKED.sprint,
    items: options.items ?? UNASKED.items,
    by: isForecast ? (by ?? null) : null,
    seed: options.seed ?? UNASKED.seed,
    group: isForecast || by === undefined ? null : await groupOf(sources, by, asOf),
    doneBy: options.doneBy ?? UNASKED.doneBy,
    begunAt: options.begunAt ?? UNASKED.begunAt,
    reopened: options.reopened ?? UNASKED.reopened,
    resolutions: orAll(options.resolutions ?? []),
    excludedResolutions: options.excludeResolutions ?? [],
    furthest: options.furthest ?? UNASKED.furthest,
    projectThen: options.projectAsOf === 'then',
    waiting: orAll(waiting),
    timeIn: orAll(timeIn),
    mean: options.mean ?? UNASKED.mean,
    hours: options.workingHours === undefined ? null : await hoursOf(sources, options.workingHours, options, span),
  };
}

function refuseWithoutHistory(sources: Sources, options: FlowOptions): void {
  const { doneBy, projectAsOf, asOf, reopened, resolutions = [], excludeResolutions = [] } = options;
  const choosesOld = (asOf !== undefined || reopened === 'split') && resolutions.length + excludeResolutions.length > 0;
  const lacking =
    (doneBy === 'resolution' || choosesOld) && !knowsResolutions(sources)
      ? `${choosesOld ? 'Resolutions of then' : '--done-by resolution'}: when resolutions were set`
      : projectAsOf === 'then' && !(sources.has('project_interval') && sources.has('issue', 'project_id'))
        ? '--project-as-of then: where issues were'
        : null;
  if (lacking !== null)
    throw new ConnectorError(
      'usage',
      `${lacking} is not known, as these columns of issue_search, or issue_changelog, are not read.`,
    );
}

/** Work on what was finished in a period may have begun so long before. */
const MOST_YEARS_BEFORE = 5;

async function hoursOf(
  sources: Sources,
  text: string,
  { daysOff }: FlowOptions,
  { start, end }: Span,
): Promise<WorkingHours> {
  const around = { start: addDays(start, -366 * MOST_YEARS_BEFORE), end };
  const hours = workingHoursOf(text, daysOff === undefined ? [] : [...readDaysOff(daysOff, around)]);
  await refuseNoZone(sources, hours.zone, `--working-hours: ${hours.zone} is not`);
  return hours;
}

async function distinct(sources: Sources, view: string, column: string): Promise<readonly string[]> {
  if (!sources.has(view, column)) return [];
  const rows = await sources.rows(
    `SELECT DISTINCT ${column} AS name FROM main.${view} WHERE ${column} IS NOT NULL ORDER BY 1`,
  );
  return rows.map(({ name }) => String(name));
}

function refuseWithoutColumns({ name, columns }: Board): void {
  if (columns.length < 2)
    throw new ConnectorError(
      'usage',
      `The columns of the board ${name} are not known, or it has fewer than two with statuses: connector sync --stream board_configuration, or leave out --board to go by the category of a status.`,
    );
}
