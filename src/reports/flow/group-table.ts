/** What tables of groups share: the issues of each group, and columns of figures. */
import type { DataColumn } from '../document.js';
import type { Row } from '../sources.js';
import type { Group } from './asked.js';
import { byGroup } from './groups.js';

/** The rows of each group, the one with the most rows first. */
export const grouped = (rows: readonly Row[]): readonly (readonly [group: string, rows: readonly Row[]])[] => [
  ...byGroup(rows, () => 1).rows,
];

/** The column that a group stands in, under the word it was asked for by; none where nothing was. */
export const groupColumns = (group: Pick<Group, 'name'> | null): readonly DataColumn[] =>
  group === null ? [] : [{ name: 'group', label: group.name, kind: 'text' }];

export const figure = (name: string, label: string, decimals = 0): DataColumn => ({
  ...{ name, label, kind: 'number', decimals },
});
