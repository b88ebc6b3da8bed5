/** Which columns of a table were ever declared here; the others were added by other programs, and their values are not ours to lose. */

import { SYSTEM_COLUMNS, type TableSpec } from '../../contract/table.js';
import type { Field, Schema } from '../iceberg/model.js';
import type { TableVersion } from '../iceberg/version.js';

/** Ids of our columns, as ranges: `1-42,57`. Names may be given anew; ids never are. */
const OWN = 'connector.field-ids';

/** Names of the columns that a stream and the writer declare. */
export function declaredColumns({ columns }: TableSpec): string[] {
  return [...columns, ...SYSTEM_COLUMNS].map(({ name }) => name);
}

/** Columns that others have added. A table from before this was noted has none: its columns are all taken for ours. */
export function columnsOfOthers(schema: Schema, version: TableVersion, declared: readonly string[]): Field[] {
  const own = version.properties[OWN];
  if (own === undefined) return [];
  const names = new Set(declared);
  const isOwn = isWithin(own);
  return schema.fields.filter(({ id, name }) => !names.has(name) && !isOwn(id));
}

/** The property that a version with this schema needs; nothing when the version before has it so. */
export function ownColumnsProperty(
  schema: Schema,
  version: TableVersion,
  declared: readonly string[],
): Record<string, string> {
  const others = new Set(columnsOfOthers(schema, version, declared).map(({ id }) => id));
  const ids = schema.fields.map(({ id }) => id).filter((id) => !others.has(id));
  const text = rangesOf(ids.toSorted((a, b) => a - b));
  return version.properties[OWN] === text ? {} : { [OWN]: text };
}

/** @param ranges as `rangesOf` gives them */
export function isWithin(ranges: string): (id: number) => boolean {
  const pairs = ranges.split(',').map((range) => {
    const [from = Number.NaN, to = from] = range.split('-').map((text) => Number.parseInt(text, 10));
    return [from, to] as const;
  });
  return (id) => pairs.some(([from, to]) => id >= from && id <= to);
}

/** @param ids sorted */
export function rangesOf(ids: readonly number[]): string {
  const ranges: { from: number; to: number }[] = [];
  for (const id of ids) {
    const last = ranges.at(-1);
    if (last && id === last.to + 1) last.to = id;
    else ranges.push({ from: id, to: id });
  }
  return ranges.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}
