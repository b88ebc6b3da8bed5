/** How the rows of one table become lines, while some of its declared columns are in conflict with the stored ones. */

import { type Column, SYSTEM_COLUMNS, type TableSpec } from '../../contract/table.js';
import { type RowEncoder, rowEncoder } from '../parquet/row-text.js';

export interface RowShape {
  readonly conflicts: readonly string[];
  readonly encode: RowEncoder;
}

export function shapeOf(spec: TableSpec, conflicts: readonly string[]): RowShape {
  return { conflicts, encode: rowEncoder(broughtColumns(spec), spec.primaryKey, conflicts) };
}

/** What a row brings: the declared columns, and of the writer's own the one that comes with it. */
export function broughtColumns({ columns }: TableSpec): readonly Column[] {
  return [...columns, ...SYSTEM_COLUMNS.filter(({ name }) => name === '_extra')];
}
