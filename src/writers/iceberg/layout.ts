/** How a table's rows lie in its files: what is wanted, where the table itself says it, and in what a commit changes that. No I/O. */
import { LIMITS } from './limits.js';
import type { TableChange } from './model.js';
import { isSortable, type SortOrder, sortOrderOf } from './sort-order.js';
import type { TableVersion } from './version.js';

/** As the settings have it for one table; what is absent stays as the table has it. */
export interface LayoutSettings {
  /** Names of columns: becomes the table's sort order. */
  readonly sort?: readonly string[] | undefined;
  /** Bytes. */
  readonly targetFileSize?: number | undefined;
  /** Iceberg's own properties. */
  readonly properties?: Readonly<Record<string, string>> | undefined;
}

const TARGET = 'write.target-file-size-bytes';
/** Columns by which rows of one thing lie together, where neither settings nor another tool gave the table a sort order. */
const CLUSTER = 'connector.cluster';
/** A smaller target would make a file of every row group. */
const LEAST_TARGET = 1024 * 1024;

/** Bytes that files of the table are to have, about. */
export function targetFileSize({ properties }: TableVersion): number {
  const text = properties[TARGET] ?? '';
  return /^[1-9]\d{0,12}$/.test(text) ? Math.max(LEAST_TARGET, Number(text)) : LIMITS.targetFile;
}

/** The columns that rows are put in order by: those of the table's sort order (id above 0), else what is declared, else its key. */
export function orderOf(version: TableVersion): SortOrder {
  const declared = sortOrderOf(version.metadata, version.schema.fields);
  if (declared) return declared;
  const { fields, identifierFieldIds } = version.schema;
  const cluster = (version.properties[CLUSTER] ?? '').split(',').flatMap((name) => {
    const field = fields.find((one) => one.name === name);
    return field && isSortable(field) ? [field] : [];
  });
  const key = fields.filter((field) => identifierFieldIds.includes(field.id));
  return { orderId: 0, fields: [...new Set([...cluster, ...key])] };
}

/** What the next commit has to change so that the table says what is wanted; nothing when it says so already. */
export function layoutChange(
  base: TableVersion,
  { sort, targetFileSize: target, properties = {} }: LayoutSettings,
  cluster: readonly string[],
): Pick<TableChange, 'properties' | 'sort'> {
  const wanted = {
    ...properties,
    ...(target === undefined ? {} : { [TARGET]: String(target) }),
    ...(cluster.length === 0 ? {} : { [CLUSTER]: cluster.join(',') }),
  };
  const changed = Object.entries(wanted).filter(([name, value]) => base.properties[name] !== value);
  const now = sortOrderOf(base.metadata)?.fields.map(({ name }) => name);
  const resorted = sort !== undefined && sort.join() !== now?.join();
  return {
    ...(changed.length === 0 ? {} : { properties: Object.fromEntries(changed) }),
    ...(resorted ? { sort } : {}),
  };
}
