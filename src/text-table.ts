/** Tables for people. Heads and cells pass `printable` here, and there is no other way to a table: a test sees to that. */
import CliTable from 'cli-table3';
import { printable } from './printable.js';

export interface TextTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** Of columns of numbers; default: none. */
  readonly right?: ReadonlySet<string>;
  /** Without lines between rows. */
  readonly compact?: boolean;
}

export function textTable({ head, rows, right, compact = false }: TextTable): string {
  const table = new CliTable({
    head: head.map(printable),
    colAligns: head.map((name) => (right?.has(name) ? 'right' : 'left')),
    style: { head: [], border: [], compact },
  });
  for (const row of rows) table.push(row.map((cell) => (typeof cell === 'string' ? printable(cell) : cell)));
  return table.toString();
}
