/** Sort orders of a table's metadata (spec: Sorting): the one that holds, and a new one. No I/O. */
import { z } from 'zod';
import { ConnectorError } from '../../core/errors.js';
import { currentSchema, type TableMetadata } from './metadata.js';
import type { Field } from './model.js';

const count = z.int().min(0);
const orderJson = z.looseObject({
  'order-id': count,
  fields: z.array(
    z.looseObject({
      transform: z.string(),
      'source-id': count.optional(),
      direction: z.string(),
      'null-order': z.string(),
    }),
  ),
});
const sortJson = z.looseObject({
  'default-sort-order-id': count.default(0),
  'sort-orders': z.array(orderJson).default([]),
});

export interface SortOrder {
  readonly orderId: number;
  readonly fields: readonly Field[];
}

/** By its values, ascending, those without one first: as DuckDB is told to sort. */
const PLAIN = { transform: 'identity', direction: 'asc', 'null-order': 'nulls-first' } as const;

/** Of columns that readers can skip by and that are cheap to cut. */
const SORTABLE: ReadonlySet<unknown> = new Set(['string', 'boolean', 'int', 'long', 'date', 'timestamptz']);

export const isSortable = ({ type }: Field): boolean => SORTABLE.has(type);

/**
 * The order that the table declares; null when it declares none, or one that is not made here.
 * @param columns the table's fields, of which those of the order are some
 */
export function sortOrderOf(metadata: TableMetadata, columns = currentSchema(metadata).fields): SortOrder | null {
  const sorts = sortJson.safeParse(metadata).data;
  const orderId = sorts?.['default-sort-order-id'];
  const order = sorts?.['sort-orders'].find((one) => one['order-id'] === orderId);
  if (!order || order.fields.length === 0) return null;
  const fields = order.fields.map((one) => {
    const plain = Object.entries(PLAIN).every(([word, value]) => one[word] === value);
    return plain ? columns.find(({ id }) => id === one['source-id']) : undefined;
  });
  const known = fields.filter((field) => field !== undefined && isSortable(field)) as readonly Field[];
  return known.length === fields.length ? { orderId: order['order-id'], fields: known } : null;
}

/** With the order of these columns as the table's; under the id it already has, or under the next free one. */
export function withSortOrder(base: TableMetadata, columns: readonly string[]): TableMetadata {
  const sorts = sortJson.parse(base);
  const { fields: known } = currentSchema(base);
  const fields = columns.map((name) => {
    const field = known.find((one) => one.name === name);
    if (field && isSortable(field)) return { ...PLAIN, 'source-id': field.id };
    throw new ConnectorError(
      'usage',
      `${base.location} cannot be sorted by ${name}: it has no such column to sort by.`,
    );
  });
  const same = sorts['sort-orders'].find((order) => sameFields(order.fields, fields));
  const orderId = same?.['order-id'] ?? Math.max(0, ...sorts['sort-orders'].map((order) => order['order-id'])) + 1;
  const orders = same ? sorts['sort-orders'] : [...sorts['sort-orders'], { 'order-id': orderId, fields }];
  return { ...base, 'sort-orders': orders, 'default-sort-order-id': orderId };
}

type SortField = z.infer<typeof orderJson>['fields'][number];

function sameFields(some: readonly SortField[], others: readonly SortField[]): boolean {
  const words = (fields: readonly SortField[]) =>
    JSON.stringify(fields.map((one) => [...Object.keys(PLAIN), 'source-id'].map((word) => one[word])));
  return words(some) === words(others);
}
