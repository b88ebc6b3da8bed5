/** A row of a stream as the parent of another stream's rows. */
import type { Row } from '../../writers/writer.js';
import type { Values } from '../pages/build-request.js';
import type { Stream } from '../registry/registry.js';
import type { Owing } from './debt-rules.js';
import type { Parent, Reached } from './parent-reader.js';
import type { TreeNode } from './tree.js';

/** @param reached how far the walk has come: null when its order proves nothing. */
export function parentOfRow(
  node: Pick<TreeNode, 'stream' | 'parent'>,
  above: Stream,
  row: Row,
  reached: Reached,
  told: Parent['told'] = null,
): Parent {
  const { bind = {} } = node.parent ?? {};
  const bound = Object.entries(bind).map(([ours, theirs]) => [ours, String(row[theirs])] as const);
  const values: Values = Object.fromEntries(bound);
  const updated = above.cursor ? momentOf(row[above.cursor.column]) : null;
  const own = above.cursor ? updated : reached;
  return {
    ...owingOf(node.stream.stream, above, values, row),
    row,
    told,
    updated,
    reached: reached === null ? null : own,
  };
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

function momentOf(cell: Row[string] | undefined): number | null {
  const at = typeof cell === 'string' ? Date.parse(cell) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}
