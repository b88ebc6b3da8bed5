/** The columns of a stream compiled: for each, where its value stands in a record and how it becomes a cell. */
import type { Cell } from '../../contract/table.js';
import { isObject, readerOf } from '../../core/json-path.js';
import type { ColumnDecl, ScalarType } from '../streams/stream-file.js';
import { MISFIT, type Read, readElements, readList, readScalar, scalarReader } from './cells.js';
import { newPlace, type Place, placeAt } from './leftover.js';
import { plainText } from './rich-text.js';
import { sprintOf } from './sprint-text.js';
import { parseTimestamp } from './timestamp.js';

type MemberDecl = Pick<ColumnDecl, 'type' | 'from' | 'as' | 'members' | 'texts'>;

/** Told of a value that did not fit. */
export type Misfit = (name: string, value: unknown) => void;

export interface Slot {
  readonly name: string;
  /** One for each path, in their order. */
  readonly sources: readonly ((record: unknown) => unknown)[];
  /** It has no path of its own: the request may give its value. */
  readonly bindable: boolean;
  /** Its cell says something else than the value as sent. */
  readonly converts: boolean;
  readonly isJson: boolean;
  /** @param value not null */
  readonly read: (value: unknown, misfit: Misfit) => Read | Parts;
}

/** A cell of which something stays. */
export interface Parts {
  readonly parts: true;
  readonly cell: Read;
  /** What the members of a struct did not take. */
  readonly left?: unknown;
  /** Elements of a list that do not fit; there is at least one. */
  readonly odd?: readonly unknown[] | undefined;
}

export interface Group {
  readonly slots: readonly Slot[];
  readonly tree: Place;
}

export interface GroupRead {
  readonly cells: Record<string, Cell>;
  readonly left: unknown;
}

/** Reads the members of a struct, or of an element of a list of them. */
export type ReadInner = (group: Group, element: unknown, misfit: Misfit) => GroupRead;

// A struct is an object as well: only Parts have the mark with this value.
export const isParts = (read: Read | Parts): read is Parts =>
  typeof read === 'object' && read !== null && 'parts' in read && read.parts === true;

export function compileGroup(
  members: readonly (MemberDecl & { name: string })[],
  claimed: readonly string[],
  readInner: ReadInner,
): Group {
  const tree = newPlace();
  const slots = members.map((decl, slot): Slot => {
    const paths = decl.from === undefined ? [decl.name] : [decl.from].flat();
    // A converted value (rich text as plain text, the day of a timestamp) leaves its source to the column that keeps it as sent.
    if (!decl.as || decl.as === 'last_segment')
      for (const [alternative, path] of paths.entries()) placeAt(tree, path).owners.push({ slot, alternative });
    return {
      name: decl.name,
      sources: paths.map(readerOf),
      bindable: decl.from === undefined,
      converts: decl.as !== undefined,
      isJson: decl.type === 'json',
      read: slotReader(decl, readInner),
    };
  });
  for (const path of claimed) placeAt(tree, path).claimed = true;
  return { slots, tree };
}

function slotReader(decl: MemberDecl & { name: string }, readInner: ReadInner): Slot['read'] {
  const { type, as, members } = decl;
  if (as === 'last_segment') return (value) => readScalar(type as ScalarType, lastSegment(value));
  if (as) return (value) => convert(as, value);
  if (members) return structReader(decl, members, readInner);
  if (!type.startsWith('list<')) return scalarReader(type as ScalarType);
  const element = elementOf(type);
  return (value) => {
    const read = readList(element, value);
    if (read === MISFIT || read.odd.length === 0) return read === MISFIT ? MISFIT : read.cells;
    return { parts: true, cell: read.cells, odd: read.odd };
  };
}

function structReader(
  { name, type, texts }: MemberDecl & { name: string },
  members: NonNullable<MemberDecl['members']>,
  readInner: ReadInner,
): Slot['read'] {
  const group = compileGroup(
    Object.entries(members).map(([member, decl]) => ({ ...decl, name: member })),
    [],
    readInner,
  );
  const readOne = (element: unknown, misfit: Misfit) => {
    const object = texts === 'sprint' && typeof element === 'string' ? sprintOf(element) : element;
    return isObject(object) ? readInner(group, object, (member) => misfit(`${name}.${member}`, undefined)) : MISFIT;
  };
  if (type === 'struct')
    return (value, misfit) => {
      const read = readOne(value, misfit);
      return read === MISFIT ? MISFIT : { parts: true, cell: read.cells, left: read.left };
    };
  return (value, misfit) => {
    const reads = Array.isArray(value) ? readElements(value, (element) => readOne(element, misfit)) : MISFIT;
    if (reads === MISFIT) return MISFIT;
    const anyLeft = reads.cells.some((read) => read.left !== undefined);
    return {
      parts: true,
      cell: reads.cells.map((read) => read.cells),
      left: anyLeft ? reads.cells.map((read) => read.left ?? null) : undefined,
      odd: reads.odd.length > 0 ? reads.odd : undefined,
    };
  };
}

const elementOf = (type: string) => type.slice('list<'.length, -1) as ScalarType;

/** Ids that stand nowhere but in the address of what they name. */
const lastSegment = (value: unknown) => (typeof value === 'string' ? value.slice(value.lastIndexOf('/') + 1) : value);

function convert(as: Exclude<ColumnDecl['as'], undefined | 'last_segment'>, value: unknown): Read {
  // No misfit when there is nothing to say: the source's own column keeps (or reports) the value.
  if (as === 'text') return plainText(value);
  const timestamp = parseTimestamp(value);
  if (!timestamp) return null;
  return as === 'local_date' ? timestamp.localDate : timestamp.offsetMinutes;
}
