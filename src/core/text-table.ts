/** Tables for people. Heads and cells pass `printable` here, and a test sees to it that there is no other way to a table. */
import CliTable from 'cli-table3';
import { printable } from './printable.js';

type Options = Omit<CliTable.TableConstructorOptions, 'head' | 'style'> & {
  readonly head: readonly string[];
  /** Without lines between rows. */
  readonly compact?: boolean;
};

export class TextTable {
  readonly #table: CliTable.Table;

  /** @param options those of cli-table3 */
  constructor({ head, compact = false, ...options }: Options) {
    this.#table = new CliTable({ ...options, head: head.map(printable), style: { head: [], border: [], compact } });
  }

  get length(): number {
    return this.#table.length;
  }

  push(row: readonly (string | number)[]): void {
    this.#table.push(row.map((cell) => (typeof cell === 'string' ? printable(cell) : cell)));
  }

  toString(): string {
    return this.#table.toString();
  }
}
