/** The table `_owed` of a connection: parents whose rows are not all in their streams' tables, though the bookmarks have passed them. */

import type { Cell, Column, Row, TableSpec, Writer } from '../../contract/table.js';
import type { Debt } from '../../runtime/plan/debt-rules.js';
import type { DebtStore } from '../../runtime/read/debts.js';
import { jsonText } from '../../runtime/rows/json-text.js';
import { OwnTable } from './own-table.js';

const COLUMNS: readonly Column[] = [
  { name: 'id', type: 'string', doc: 'Stream and parent.' },
  { name: 'stream', type: 'string', doc: 'Stream whose rows are owed.' },
  { name: 'parent', type: 'string', doc: 'What the rows hang on: column and value.' },
  { name: 'name', type: 'string', doc: 'The parent in words.' },
  { name: 'bound', type: 'string', doc: 'The columns and values of the parent, as JSON text.' },
  {
    name: 'state',
    type: 'string',
    doc: 'owed (read again by the next runs), hidden (the site counts rows it does not show to this account) or refused (given up, tried weekly).',
  },
  { name: 'reason', type: 'string', doc: 'Why the rows could not be read.' },
  { name: 'waits', type: 'boolean', doc: 'Whether only a limit of the site is in the way.' },
  { name: 'status', type: 'int', doc: 'Status of the refusal; null when it was none.' },
  { name: 'since', type: 'timestamptz', doc: 'When the rows were owed first.' },
  { name: 'last_try', type: 'timestamptz', doc: 'When they were asked for last; null when they never were.' },
  { name: 'tries', type: 'long', doc: 'How often they were asked for in vain.' },
  { name: 'alike', type: 'long', doc: 'Refusals in a row with this status.' },
  { name: 'pass', type: 'long', doc: 'Runs to let pass before the next try.' },
  { name: 'difference', type: 'string', doc: 'What came and what was announced, as JSON text.' },
];

function owedTable(namespace: string): TableSpec {
  const doc = 'Parents whose rows are owed; a row marked deleted is a debt that was settled.';
  return { namespace, name: '_owed', doc, columns: COLUMNS, primaryKey: ['id'], mode: 'merge' };
}

export class OwedTable implements DebtStore {
  readonly #table: OwnTable;

  constructor(writer: Writer, namespace: string, runId: string) {
    this.#table = new OwnTable(writer, owedTable(namespace), runId);
  }

  async load(): Promise<readonly Debt[]> {
    return (await this.#table.rows()).map(debtOf);
  }

  save(owed: readonly Debt[], settled: readonly Debt[]): Promise<void> {
    const where = { column: 'id', in: settled.map(idOf) };
    return this.#table.add(
      owed.map(rowOf),
      settled.length > 0 ? { reason: 'vanished', where, exceptBatch: true } : undefined,
    );
  }
}

const idOf = ({ stream, parent }: Debt) => `${stream} ${parent}`;
const iso = (ms: number) => new Date(ms).toISOString();

function rowOf(debt: Debt): Row {
  const { values, difference, lastTry, since, ...alike } = debt;
  return {
    ...alike,
    id: idOf(debt),
    bound: jsonText(values),
    since: iso(since),
    last_try: lastTry === null ? null : iso(lastTry),
    difference: difference && jsonText(difference),
    _extra: null,
  };
}

function debtOf(row: Row): Debt {
  const state = String(row.state);
  return {
    stream: String(row.stream),
    parent: String(row.parent),
    name: String(row.name),
    values: JSON.parse(String(row.bound)) as Debt['values'],
    state: state === 'hidden' || state === 'refused' ? state : 'owed',
    reason: String(row.reason),
    waits: row.waits === true,
    status: numberOrNull(row.status),
    since: Date.parse(String(row.since)),
    lastTry: row.last_try === null ? null : Date.parse(String(row.last_try)),
    tries: Number(row.tries),
    alike: Number(row.alike),
    pass: Number(row.pass),
    difference: row.difference === null ? null : (JSON.parse(String(row.difference)) as Debt['difference']),
  };
}

const numberOrNull = (cell: Cell | undefined) => (cell === null || cell === undefined ? null : Number(cell));
