/** What a board says of statuses: which column each stands in, which columns are work, and which is done. */
import { ConnectorError } from '../../core/errors.js';
import { literal } from '../../core/quote.js';
import { didYouMean } from '../../core/yaml-file.js';
import { type Row, type Sources, valueRows } from '../sources.js';
import { type Board, type BoardColumn, textOf } from './asked.js';

/**
 * A board by its id or its name.
 * @param connections among which it is looked for; null: all
 * @throws ConnectorError kind `usage` where there is none, or several
 */
export async function boardOf(sources: Sources, asked: string, connections: readonly string[] | null): Promise<Board> {
  const all = (await boards(sources)).filter(
    (row) => connections === null || connections.includes(textOf(row, '_connection')),
  );
  const named = (row: Row) => textOf(row, 'name').toLowerCase() === asked.toLowerCase();
  const byId = all.filter((row) => row.id === asked);
  const found = byId.length > 0 ? byId : all.filter(named);
  const [one, another] = found;
  if (one === undefined) throw unknownBoard(asked, all);
  if (another !== undefined)
    throw new ConnectorError(
      'usage',
      `--board ${asked} is ${found.length} boards: ${found.map(shown).join(', ')}. Name one by --connection and its id.`,
    );
  const [connection, id] = [textOf(one, '_connection'), textOf(one, 'id')];
  return {
    ...{ connection, id, name: textOf(one, 'name') || id },
    columns: await columnsOf(sources, connection, id),
    knowsIssues: await knowsIssues(sources, connection, id),
    filter: typeof one.filter_id === 'string' ? one.filter_id : null,
  };
}

/** The table may have been read for other connections, or for other boards. */
async function knowsIssues(sources: Sources, connection: string, id: string): Promise<boolean> {
  if (!sources.has('board_issues')) return false;
  const one = `SELECT 1 FROM main.board_issues WHERE _connection = ${literal(connection)} AND board_id = ${literal(id)} LIMIT 1`;
  return (await sources.rows(one)).length > 0;
}

function unknownBoard(asked: string, all: readonly Row[]): ConnectorError {
  if (all.length === 0)
    return new ConnectorError(
      'usage',
      `--board ${asked}: no boards were read yet: connector sync --stream boards --stream board_configuration.`,
    );
  const names = all.map((row) => textOf(row, 'name'));
  return new ConnectorError(
    'usage',
    `There is no board \`${asked}\`.${didYouMean(asked, names)} There are: ${all.map(shown).join(', ')}.`,
  );
}

const shown = (row: Row) => `${textOf(row, 'name')} (${textOf(row, '_connection')} ${textOf(row, 'id')})`;

/** `_connection`, `id`, `name`, `filter_id`: of either table, as each may be read without the other. */
async function boards(sources: Sources): Promise<readonly Row[]> {
  const of = (table: string, id: string) =>
    sources.has(table)
      ? [
          `SELECT _connection, ${id} AS id, ${sources.column('t', table, 'name')} AS name, ${sources.column('t', table, 'filter_id')} AS filter_id FROM main.${table} t`,
        ]
      : [];
  const both = [...of('boards', 'id'), ...of('board_configuration', 'board_id')];
  if (both.length === 0) return [];
  return sources.rows(
    `SELECT _connection, id, coalesce(max(name), id) AS name, max(filter_id) AS filter_id FROM (${both.join(' UNION ALL ')})
     GROUP BY _connection, id ORDER BY _connection, TRY_CAST(id AS BIGINT), id`,
  );
}

/** Work begins in the leftmost column with a status that is in progress, and ends in the last one that has statuses. */
async function columnsOf(sources: Sources, connection: string, id: string): Promise<readonly BoardColumn[]> {
  if (!sources.has('board_configuration', 'board_columns')) return [];
  const rows = await sources.rows(
    `SELECT c.name, c.status_ids FROM (SELECT unnest(board_columns) AS c FROM main.board_configuration
     WHERE _connection = ${literal(connection)} AND board_id = ${literal(id)}) WHERE len(c.status_ids) > 0`,
  );
  const working = await sources.rows(
    `SELECT id FROM main.statuses WHERE _connection = ${literal(connection)} AND lower(category) IN ('in_progress', 'indeterminate')`,
  );
  const inProgress = new Set(working.map((row) => textOf(row, 'id')));
  const statusesOf = (row: Row) => (Array.isArray(row.status_ids) ? row.status_ids : []).map(String);
  const first = rows.findIndex((row) => statusesOf(row).some((status) => inProgress.has(status)));
  const begin = first === -1 ? 1 : first;
  const names = rows.map((row, index) => textOf(row, 'name') || `Column ${index + 1}`);
  return rows.map((row, index) => ({
    name: names.indexOf(names[index] ?? '') === index ? (names[index] ?? '') : `${names[index]} (${index + 1})`,
    stage: index === rows.length - 1 ? 'done' : index >= begin ? 'indeterminate' : 'new',
    statuses: statusesOf(row),
  }));
}

/** In brackets: status_id, place (from 1), column_name, stage. */
export function boardStatuses({ columns }: Board): string {
  const rows = columns.flatMap(({ name, stage, statuses }, index) =>
    statuses.map((status) => [status, String(index + 1), name, stage]),
  );
  return `(SELECT status_id, CAST(place AS INTEGER) AS place, column_name, stage FROM ${valueRows(rows, 4)} t(status_id, place, column_name, stage))`;
}

/** How a board was used. */
export function boardNotes(board: Board | null): readonly string[] {
  if (board === null) return [];
  const { name, columns, knowsIssues, filter } = board;
  const of = (stage: BoardColumn['stage']) => columns.filter((column) => column.stage === stage).map((one) => one.name);
  const which = knowsIssues
    ? []
    : [
        `Which issues are on the board is not read (board_issues has none of it): all of its connection count${filter === null ? '' : `; --filter ${filter} is the one of the board`}.`,
      ];
  return [
    `By the board ${name}: ${of('done').join(', ')} is done, work is ${of('indeterminate').join(', ') || 'in no column'}; statuses in none of its columns are no part of it.`,
    ...which,
  ];
}
