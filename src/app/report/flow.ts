/** The flow reports: a warehouse, names and days as people give them -> a document, of which every format is printed. */
import { ConnectorError } from '../../core/errors.js';
import { type Ports, portsOf } from '../../core/ports.js';
import { refuseUnknown } from '../../core/yaml-file.js';
import { addDays, daysIn, type Span } from '../../reports/days.js';
import type { ReportDocument } from '../../reports/document.js';
import type { FlowAsked } from '../../reports/flow/asked.js';
import type { FlowName } from '../../reports/flow/names.js';
import { FLOW } from '../../reports/flow/reports.js';
import { freshnessOf } from '../../reports/freshness.js';
import { type PeriodAsked, periodOf } from '../../reports/period.js';
import type { Sources } from '../../reports/sources.js';
import type { Connection } from '../settings/config.js';
import { matchedOf } from './matching-issues.js';
import { type ReportPlace, statusFor, today, withSources } from './warehouse.js';

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
  /** Id. */
  readonly board?: string;
  readonly items?: number;
  /** YYYY-MM-DD */
  readonly by?: string;
  readonly seed?: number;
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
  const now = today();
  const span = spanOf(options, now);
  if (options.by !== undefined && options.by <= now)
    throw new ConnectorError('usage', `--by ${options.by} is not after today, ${now}.`);
  const ports = portsOf(given);
  return withSources(job, ports, async (sources, warehouse) => {
    refuseWithout(sources, job.warehouse.root);
    const status = await statusFor(warehouse, NEEDED, options.maxAge, 'histories', job.at);
    const names = await askedOf(sources, options, span, now);
    const asking = { options, connections: job.connections ?? (() => []), names: names.connections };
    const asked = { ...names, matched: await matchedOf(sources, asking, ports) };
    const freshness = freshnessOf(status, NEEDED[0], 'histories');
    const documents: ReportDocument[] = [];
    for (const report of job.reports) {
      const answer = await FLOW[report](sources, asked);
      documents.push({ report, title: `${titleOf(answer.sections[0].heading, report, asked)}`, freshness, ...answer });
    }
    return documents;
  });
}

function spanOf(options: FlowOptions, now: string): Span {
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
  options: FlowOptions,
  span: Span,
  now: string,
): Promise<Omit<FlowAsked, 'matched'>> {
  const {
    connections = [],
    projects = [],
    subtasks = false,
    sprint = null,
    board = null,
    items = null,
    by = null,
    seed = 1,
  } = options;
  const known = async (column: string) =>
    (
      await sources.rows(
        `SELECT DISTINCT ${column} AS name FROM main.issue_search WHERE ${column} IS NOT NULL ORDER BY 1`,
      )
    ).map(({ name }) => String(name));
  if (connections.length > 0) refuseUnknown('There is no connection', connections, await known('_connection'));
  if (projects.length > 0) refuseUnknown('There is no project', projects, await known('project_key'));
  const orAll = (names: readonly string[]) => (names.length === 0 ? null : names);
  return {
    span,
    today: now,
    connections: orAll(connections),
    projects: orAll(projects),
    subtasks,
    sprint,
    board,
    items,
    by,
    seed,
  };
}
