/** What tables of groups share: the issues of each group, and columns of figures. */
import type { DataColumn } from '../document.js';
import type { Row } from '../sources.js';
import { byGroup, groupsOf } from './groups.js';

/** The rows of each group, the one with the most rows first. */
export function grouped(rows: readonly Row[]): readonly (readonly [group: string, rows: readonly Row[]])[] {
  const ones = rows.map(({ group = null }) => ({ group, one: 1 }));
  return [...byGroup(rows, groupsOf(ones, 'one'))];
}

export const figure = (name: string, label: string, decimals = 0): DataColumn => ({
  ...{ name, label, kind: 'number', decimals },
});
