/** The printed table: what was measured, what is allowed, and the arithmetic of the least possible beside it. */
import { writeSync } from 'node:fs';
import CliTable from 'cli-table3';

export interface Figure {
  readonly name: string;
  readonly value: string;
  /** The most that is allowed; absent: printed only. */
  readonly limit?: string;
  /** How the least possible comes about. */
  readonly floor: string;
  readonly ok: boolean;
  /** What went wrong beside the figure. */
  readonly problem?: string | undefined;
}

export function printTable(title: string, figures: readonly Figure[]): void {
  const table = new CliTable({
    head: ['case', 'measured', 'at most', 'arithmetic', ''],
    style: { head: [], border: [] },
  });
  for (const { name, value, limit = '', floor, ok, problem } of figures)
    table.push([name, value, limit, floor, verdict(ok, limit, problem)]);
  say(`\n${title}\n${table.toString()}`);
}

function verdict(ok: boolean, limit: string, problem: string | undefined): string {
  if (problem !== undefined) return `FAILED: ${problem}`;
  if (!ok) return 'over';
  return limit ? 'PASS' : '';
}

export function say(text: string): void {
  writeSync(1, `${text}\n`);
}
