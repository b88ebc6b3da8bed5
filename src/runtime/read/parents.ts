/** A row of a stream as the parent of another stream's rows. */
import type { Row } from '../../contract/table.js';
import type { Watermark } from '../plan/bookmark.js';
import type { Owing } from '../plan/debt-rules.js';
import type { TreeNode } from '../plan/tree.js';
import type { Values } from '../requests/build-request.js';
import type { Stream } from '../streams/registry.js';
import type { ParentDecl } from '../streams/stream-file.js';

/** A parent to read from. */
export interface Parent extends Owing {
  /** Only what refusals are judged by: a thousand of the widest rows may wait for a batch. */
  readonly row: Row;
  /** Its own cursor: no bookmark may pass it before it was read, or is owed. */
  readonly watermark: Watermark;
  /** Its own cursor, whether or not the walk has an order; null: it has none. */
  readonly updated: number | null;
  /** Rows its record told of, and the keys of those that lay inside it; null: it told nothing. */
  readonly told: { readonly total: number; readonly keys: readonly string[] } | null;
}

/** @param reached how far the walk has come: null when its order proves nothing. */
export function parentOfRow(
  node: Pick<TreeNode, 'stream' | 'parent'>,
  above: Stream,
  row: Row,
  watermark: Watermark,
  told: Parent['told'] = null,
): Parent {
  const values = boundValues(node.parent, row);
  const updated = above.cursor ? momentOf(row[above.cursor.column]) : null;
  return {
    ...owingOf(node.stream.stream, above, values, row),
    row: judgedBy(node.stream, row),
    told,
    updated,
    watermark: watermarkOf(above, row, watermark),
  };
}

/** The cells that conditions on refused requests name. */
function judgedBy(stream: Stream, row: Row): Row {
  const columns = judged.get(stream) ?? judgedColumns(stream);
  judged.set(stream, columns);
  return Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));
}

/** Found once for each stream: there may be a million parents. */
const judged = new WeakMap<Stream, readonly string[]>();

function judgedColumns({ routes }: Stream): readonly string[] {
  const declared = routes.flatMap(({ unless }) => Object.values(unless ?? {}));
  const conditions = declared.flatMap((one) => (typeof one === 'object' && one.where ? [one.where] : []));
  return conditions.flatMap((where) => Object.keys(where).map((path) => path.split('[]')[0] ?? path));
}

/** A row holds the bookmark by its own cursor, not by the end of its page. */
export function watermarkOf({ cursor }: Stream, row: Row, watermark: Watermark): Watermark {
  return watermark === null || !cursor ? watermark : momentOf(row[cursor.column]);
}

/** What a parent's row gives to the requests and rows below it: a column without a value gives none, and no text "null". */
export function boundValues(parent: Pick<ParentDecl, 'bind'> | null, row: Row): Values {
  const given = Object.entries(parent?.bind ?? {}).map(([ours, theirs]) => [ours, row[theirs] ?? null] as const);
  return Object.fromEntries(given.flatMap(([ours, value]) => (value === null ? [] : [[ours, String(value)]])));
}

/** @param row of the parent, for its name. */
export function owingOf(stream: string, above: Stream, values: Values, row: Row): Owing {
  return { stream, parent: parentKey(values), name: nameOf(above, values, row), values };
}

/** Says by which column it is bound, too: a worklog and an issue may have the same id. */
export const parentKey = (values: Values): string =>
  Object.entries(values)
    .map(([column, value]) => `${column}=${value}`)
    .sort()
    .join('&');

/** `board 3 "Payments"`, `issue 10042 "ENG-42"`. */
function nameOf({ grain }: Stream, values: Values, row: Row): string {
  const [, noun = 'parent'] = /^one ([a-z]+)/.exec(grain) ?? [];
  const called = row.key ?? row.name ?? null;
  const quoted = typeof called === 'string' && called !== '' ? ` "${called}"` : '';
  return `${noun} ${Object.values(values).join(' ')}${quoted}`;
}

/** @param moment epoch milliseconds */
export function isSince(cell: Row[string] | undefined, moment: number): boolean {
  const at = momentOf(cell);
  return at !== null && at >= moment;
}

function momentOf(cell: Row[string] | undefined): number | null {
  const at = typeof cell === 'string' ? Date.parse(cell) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}
