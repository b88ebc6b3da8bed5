/** `report overview`: the answers of the reports on one page. What the warehouse lacks leaves its part out, and is told. */
import { ConnectorError } from '../../core/errors.js';
import { type Ports, portsOf } from '../../core/ports.js';
import { addDays } from '../../reports/days.js';
import { overviewHtml, partOf } from '../../reports/print/overview-html.js';
import { hoursPart } from '../../reports/print/worklogs-html.js';
import { type FlowJob, type FlowOptions, flowReports, spanOf } from './flow.js';
import { todayByUtc } from './today.js';
import type { ReportPlace } from './warehouse.js';
import { worklogsReport } from './worklogs.js';

export interface OverviewJob extends ReportPlace {
  readonly options: FlowOptions;
  /** When it is made, in words. */
  readonly made: string;
  /** What to say to the page's readers of what is left out; default: the message. */
  readonly worded?: (message: string) => string;
}

const REPORTS: FlowJob['reports'] = [
  'throughput',
  'cycle-time',
  'time-in-status',
  'cfd',
  'aging',
  'created-resolved',
  'velocity',
  'sprint',
];
/** Of the timesheet where no period is asked for: some weeks, as a quarter would be drawn by the month. */
const USUAL_DAYS = 28;

/** @returns the page. @throws ConnectorError kind `usage` when the warehouse has nothing to show */
export async function overviewPage(asked: OverviewJob, given: Partial<Ports> = {}): Promise<string> {
  const ports = portsOf(given);
  const job = { ...asked, at: Date.now() };
  const problems: ConnectorError[] = [];
  const orLeftOut = async <Made>(work: () => Promise<Made>): Promise<Made | null> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.kind !== 'usage') throw error;
      problems.push(error);
      return null;
    }
  };
  const hours = await orLeftOut(() => timesheetPart(job, ports));
  const documents = (await orLeftOut(() => flowReports({ ...job, reports: REPORTS }, ports))) ?? [];
  const parts = [...(hours === null ? [] : [hours.part]), ...documents.map(partOf)];
  const [problem] = problems;
  if (parts.length === 0 && problem) throw problem;
  for (const left of problems) ports.log.warn(`left out: ${left.message}`);
  const worded = job.worded ?? ((message: string) => message);
  const missing = problems.map(({ message }) => ({ text: `Left out: ${worded(message)}`, isWhole: false }));
  const freshness = [...(hours?.freshness ?? []), ...(documents[0]?.freshness ?? []), ...missing];
  return overviewHtml({ title: titleOf(job), freshness, parts }, job.made);
}

function titleOf({ labels, options }: OverviewJob): string {
  const { start, end } = spanOf(options, todayByUtc());
  const names = options.connections?.length ? options.connections : [...labels.keys()];
  const shown = names.map((name) => labels.get(name) ?? name).join(', ');
  return `Overview${shown === '' ? '' : ` of ${shown}`}, ${start} to ${end}`;
}

async function timesheetPart({ options, ...place }: OverviewJob, ports: Ports) {
  const { period, connections, projects } = options;
  const { start, end } = spanOf(options, todayByUtc());
  const isUsual = period === undefined && options.start === undefined;
  const days = { start: isUsual ? addDays(end, 1 - USUAL_DAYS) : start, end };
  const job = { ...place, options: { ...days, connections, projects }, connections: () => [] };
  return worklogsReport(job, ports, async ({ head: readHead, report }) => {
    const head = await readHead();
    return { part: await hoursPart(report, head), freshness: head.freshness };
  });
}
