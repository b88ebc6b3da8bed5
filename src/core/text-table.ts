/** Tables for people. Heads and cells pass `printable` here, and a test sees to it that there is no other way to a table. */
import CliTable from 'cli-table3';
import { printable } from './printable.js';

type Options = Omit<CliTable.TableConstructorOptions, 'head'> & { readonly head: readonly string[] };

export class TextTable {
  readonly #table: CliTable.Table;

  /** @param options those of cli-table3 */
  constructor({ head, ...options }: Options) {
    this.#table = new CliTable({ ...options, head: head.map(printable) });
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
