/** A person, and rows that know of that person in every way a table can. */

import type { Row, TableSpec } from '../../../src/contract/table.js';
import type { WarehouseSettings } from '../../../src/writers/storage/warehouse-settings.js';
import { openWarehouse } from '../../../src/writers/warehouse.js';
import { batch } from '../support/tables.js';

export const ID = '712020:0b1c2d3e-0000-4000-8000-000000000001';
export const NAME = 'Renée "Nel" O’Brien';
export const ADDRESS = 'renee.obrien@example.com';

export const PEOPLE: TableSpec = {
  namespace: 'acme',
  name: 'people',
  doc: 'People.',
  columns: [
    { name: 'account_id', type: 'string' },
    { name: 'display_name', type: 'string' },
    { name: 'email_address', type: 'string' },
    { name: 'active', type: 'boolean' },
  ],
  primaryKey: ['account_id'],
  mode: 'merge',
};
export const NOTES: TableSpec = {
  namespace: 'acme',
  name: 'notes',
  doc: 'Notes.',
  columns: [
    { name: 'id', type: 'string' },
    { name: 'author_id', type: 'string' },
    { name: 'author_name', type: 'string' },
    { name: 'body', type: 'string' },
    { name: 'count', type: 'long' },
    {
      name: 'watchers',
      type: {
        list: {
          struct: [
            { name: 'id', type: 'string' },
            { name: 'name', type: 'string' },
          ],
        },
      },
    },
    { name: 'ids', type: { list: 'string' } },
    {
      name: 'items',
      type: {
        list: {
          struct: [
            { name: 'field', type: 'string' },
            { name: 'from_value', type: 'string' },
            { name: 'from_string', type: 'string' },
          ],
        },
      },
    },
  ],
  primaryKey: ['id'],
  mode: 'merge',
};

export const person = (id: string, name: string, address: string | null = null): Row => ({
  ...{ account_id: id, display_name: name, email_address: address, active: true },
  _extra: JSON.stringify({ nick: `the ${name}` }),
});

export const note = (id: string, more: Row = {}): Row => ({
  ...{ id, author_id: 'other', author_name: 'Wei Ito', body: `plain ${id}`, count: 9_007_199_254_740_993n },
  ...{ watchers: null, ids: null, items: null, ...more },
});

/** One row of each way in which a table can know a person. */
export const TRACES: readonly Row[] = [
  note('author', { author_id: ID, author_name: 'Renée Maiden' }),
  note('mention', {
    body: JSON.stringify({ type: 'mention', attrs: { id: ID, text: `@${NAME}` }, more: `line\n${NAME} ${NAME}` }),
  }),
  note('nested', { _extra: JSON.stringify({ raw: JSON.stringify({ name: NAME, address: ADDRESS }) }) }),
  note('text', {
    body: `asked ${NAME.toUpperCase()}'s advice, wrote to <${ADDRESS}>; see /people/${encodeURIComponent(ID)}`,
  }),
  note('watched', {
    watchers: [
      { id: ID, name: NAME },
      { id: 'other', name: 'Wei Ito' },
    ],
    ids: ['a', ID],
  }),
  note('history', {
    items: [
      { field: 'assignee', from_value: ID, from_string: 'An older name' },
      { field: 'x', from_value: null, from_string: `${NAME}, Wei Ito` },
    ],
  }),
];

/** One commit by a run of its own. */
export async function write(
  warehouse: string | WarehouseSettings,
  spec: TableSpec,
  rows: readonly Row[],
  number = 1,
): Promise<void> {
  const settings = typeof warehouse === 'string' ? { root: warehouse } : warehouse;
  const writer = await openWarehouse({ ...settings, runId: `run-${spec.name}-${number}` });
  const table = await writer.open(spec);
  await table.write(rows);
  await table.commit(batch(number));
  await writer.close();
}
