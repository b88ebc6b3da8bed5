/** How each stream of a run ended, once all has been tried: its last events, and the kinds of what went wrong. */

import { failureOf, fold } from '../../contract/events.js';
import { emptyReport, type StreamReport } from '../../contract/report.js';
import { ConnectorError, type ErrorKind } from '../../core/errors.js';
import { type Debt, isOpen } from '../plan/debt-rules.js';
import { followsScope } from '../streams/registry.js';
import type { StreamRun } from './stream-run.js';
import type { SyncInput } from './sync-input.js';
import type { TableRun } from './table-run.js';

export interface Concluded {
  readonly reports: readonly StreamReport[];
  /** What went wrong, by stream and recovery: decides the exit code, and whether the alarm is raised. */
  readonly problems: ReadonlyMap<string, ErrorKind>;
}

export interface Ended {
  readonly streamRuns: readonly StreamRun[];
  /** Streams whose tables could not be opened or closed, and why. */
  readonly busy: ReadonlyMap<string, unknown>;
  /** Streams that this deployment does not have, and why. */
  readonly absent: ReadonlyMap<string, string>;
  /** Streams that are not due, and when they are, epoch milliseconds. */
  readonly later: ReadonlyMap<string, number>;
  /** What of `projects:` names no project; null: nothing. */
  readonly lacking: string | null;
}

export function conclude(input: SyncInput, { streamRuns, busy, absent, later, lacking }: Ended): Concluded {
  const problems = new Map<string, ErrorKind>();
  const missing = [...absent].map(([stream, reason]) => {
    const report = fold(emptyReport(stream), { kind: 'refused', state: 'unsupported', reason });
    const problem = refusal(input, report, false);
    if (!problem) return report;
    problems.set(stream, problem.kind);
    return fold(report, failureOf(problem));
  });
  const { onBehalfOf, answers } = input.client.counters();
  const read = streamRuns.filter(({ run }) => run.node.selected);
  for (const { run, name, failure, node } of read) {
    run.tell({ kind: 'debts', ...debtsOf(run) });
    run.tell({ kind: 'requests', requests: onBehalfOf.get(name) ?? 0, answers: answers.get(name) ?? {} });
    // Of a table that another run holds nothing was read: it is left out, and what it owes is told by the run that pays.
    const incomplete = busy.has(name) ? null : incompleteness(run, input.strict);
    if (incomplete) run.tell({ kind: 'incomplete', error: incomplete.message });
    if (lacking !== null && !busy.has(name) && followsScope(input.registry, node.stream))
      run.tell({ kind: 'incomplete', error: lacking });
    const { state, error = '' } = run.report;
    const problem =
      failure ??
      busy.get(name) ??
      incomplete ??
      refusal(input, run.report, run.state?.complete === true) ??
      (state === 'incomplete' ? new ConnectorError('failed', error) : undefined);
    if (problem !== undefined) {
      const told = failureOf(problem);
      problems.set(name, told.recovery);
      run.tell(told);
    }
    // A walk that passed parents over may have met no row of a full table.
    if (run.node.passes === null) run.tell({ kind: 'ended' });
  }
  // What is not due and was told of has a report of its own.
  const resting = [...later].filter(([stream]) => !read.some(({ name }) => name === stream));
  const waiting = resting.map(([stream, ms]) => {
    const event = { kind: 'not due', until: new Date(ms).toISOString() } as const;
    input.tell({ stream, ...event });
    return fold(emptyReport(stream), event);
  });
  const reports = [...missing, ...waiting, ...read.map(({ run }) => run.report)];
  return { reports: reports.sort((a, b) => (a.stream < b.stream ? -1 : 1)), problems };
}

/** Refused streams are fine only when nobody named them one by one and they never worked before. */
function refusal(input: SyncInput, report: StreamReport, succeededBefore: boolean): ConnectorError | undefined {
  if (report.state !== 'forbidden' && report.state !== 'unsupported') return undefined;
  if (!input.explicit.has(report.stream) && !succeededBefore) return undefined;
  const stream = input.registry.get(report.stream);
  const why =
    report.state === 'forbidden'
      ? (report.reason ?? `this account may not read it; it needs: ${stream.needs.permission}`)
      : `the site does not offer it${report.reason ? `: ${report.reason}` : stream.needs.edition ? `; it needs: ${stream.needs.edition}` : ''}`;
  return new ConnectorError('failed', `${report.stream}: ${why}.${succeededBefore ? ' It worked before.' : ''}`);
}

/** Parents named in a message; the table `_owed` has them all. */
const NAMED = 3;

/** Parents whose rows are owed, and those whose rows are hidden, after this run. */
export function debtsOf({ report, ctx }: TableRun): { readonly owed: number; readonly hidden: number } {
  const debts = ctx.debts.of(report.stream);
  const hidden = debts.filter(({ state }) => state === 'hidden').length;
  return { owed: debts.length - hidden, hidden };
}

/** Null when all was read, or only hidden or given up. Kind `later` when nothing but a limit of the site is in the way. */
export function incompleteness({ report, lacks, ctx }: TableRun, strict: boolean): ConnectorError | null {
  const open = ctx.debts.of(report.stream).filter((debt) => isOpen(debt, strict));
  if (lacks.length > 0)
    return new ConnectorError(
      'failed',
      `${report.stream} is not whole: ${lacks.join('; ')}. What came is kept and nothing was marked deleted; the next run reads what is missing.`,
    );
  if (open.length === 0) return null;
  return new ConnectorError(open.every(({ waits }) => waits) ? 'later' : 'failed', owedText(report.stream, open));
}

function owedText(stream: string, open: readonly Debt[]): string {
  const named = open.slice(0, NAMED).map(({ name, reason }) => `${name}: ${reason.replace(/\.$/, '')}`);
  const more = open.length > NAMED ? `, and ${open.length - NAMED} more` : '';
  const what = open.length === 1 ? 'the rows of 1 parent are' : `the rows of ${open.length} parents are`;
  return `${stream}: ${what} owed (${named.join('; ')}${more}). All others were read; these are asked for again by the next runs, or at once with --retry-owed. See the table _owed.`;
}
