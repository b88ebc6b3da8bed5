/** The changes of an issue as one reader may see them. */
import { identifier } from '../../core/quote.js';
import type { Field } from '../../writers/iceberg/model.js';
import { isKeys } from './named-issues.js';
import { keepsComment } from './restricted.js';

/** Projects that are shown. */
export interface Projects {
  /** Whether a key is that of an issue of theirs. */
  inside(key: string): string;
  /** A list of their ids. */
  readonly ids: string;
}

/** What histories call fields whose values are issues, in small letters. */
const OF_ISSUES = [
  ...['parent', 'issueparentassociation', 'parent link', 'epic link', 'epic child', 'sub-task'],
  ...['link', 'issuelinks', 'key'],
];
const SIDES = ['from', 'to'].map((side) => [`${side}_value`, `${side}_string`] as const);

/** The column `items`. @param projects null: all; else names of issues and projects elsewhere are null */
export function shownItems({ name, type }: Field, projects: Projects | null, restricted: boolean): string {
  const element = typeof type === 'object' && 'element' in type ? type.element : null;
  const members = element !== null && typeof element === 'object' && 'fields' in element ? element.fields : [];
  const names = members.map((member) => member.name);
  const member = (one: string) => (names.includes(one) ? `coalesce(x.${identifier(one)}, '')` : "''");
  const column = identifier(name);
  if (names.length === 0) return `CASE WHEN false THEN ${column} END`;
  const items = restricted ? column : `list_filter(${column}, lambda x: NOT ${keepsComment(member('field'))})`;
  if (projects === null) return items;
  const packed = names.map((one) => {
    const side = SIDES.find((some) => some.some((other) => other === one));
    const value = `x.${identifier(one)}`;
    const told = side === undefined ? value : `CASE WHEN ${isInside(member, side, projects)} THEN ${value} END`;
    return `${identifier(one)} := ${told}`;
  });
  return `list_transform(${items}, lambda x: struct_pack(${packed.join(', ')}))`;
}

function isInside(
  member: (name: string) => string,
  [value, text]: (typeof SIDES)[number],
  { inside, ids }: Projects,
): string {
  const called = (...names: readonly string[]) => {
    const list = names.map((name) => `'${name}'`).join(', ');
    return `(lower(${member('field')}) IN (${list}) OR ${member('field_id')} IN (${list}))`;
  };
  const open = (one: string) => `(NOT ${isKeys(member(one))} OR ${inside(member(one))})`;
  // Without a key, it is not known of which project an issue is.
  const known = `(${inside(member(value))} OR (NOT ${isKeys(member(value))} AND ${inside(member(text))}))`;
  return `CASE WHEN ${called('project')} THEN list_contains(${ids}, ${member(value)})
    WHEN ${called(...OF_ISSUES)} THEN ${known} ELSE ${open(value)} AND ${open(text)} END`;
}
