/** What a run says when not everything was read (I13): the state, one sentence, and the exit code that follows. */

import { ConnectorError } from '../../core/errors.js';
import { type Debt, isOpen } from '../plan/debt-rules.js';
import type { TableRun } from './table-run.js';

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
