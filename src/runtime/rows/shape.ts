/**
 * A record as Jira sent it -> a row of the declared columns plus `_extra`. Nothing is lost: what no column took stays in `_extra`,
 * a value that does not fit stays under `_extra.<column>`, and a row without its key or cursor is rejected with the reason (I6).
 */
import type { Cell, Row } from '../../contract/table.js';
import { isObject, kindOf, own, stepsOf, valueAt } from '../../core/json-path.js';
import { TOO_DEEP } from '../../http/parse.js';
import type { ColumnDecl, Route, ScalarType, StreamFile } from '../streams/stream-file.js';
import { MISFIT, type Read, readElements, readList, readScalar } from './cells.js';
import { jsonText } from './json-text.js';
import { plainText } from './rich-text.js';
import { sprintOf } from './sprint-text.js';
import { parseTimestamp } from './timestamp.js';

/** Values a record gets from its request (bound) or from the levels above it (carried), by column. */
export type Bound = Readonly<Record<string, unknown>>;

export type Shaped =
  | { readonly row: Row; readonly misfits: readonly string[] }
  /** Why the row cannot be written. */
  | { readonly reject: string };

export interface Shaper {
  shape(record: unknown, bound: Bound): Shaped;
}

export interface ShapeOptions {
  /** Keys of pure links (`self`, `avatarUrls`), left out of `_extra` at every level. */
  readonly links: ReadonlySet<string>;
  /** Paths that another stream reads from this record in the same run. */
  readonly claimed?: readonly string[];
  /** Columns that a saved page cannot know (the parent's id): null is no reason to reject. */
  readonly unknown?: ReadonlySet<string>;
  /** Columns that the table cannot take as they are declared: their values are kept in `_extra`, like those that do not fit. */
  readonly aside?: { has(column: string): boolean };
}

type MemberDecl = Pick<ColumnDecl, 'type' | 'from' | 'as' | 'members' | 'texts'>;

interface Slot {
  readonly name: string;
  readonly decl: MemberDecl;
  readonly paths: readonly string[];
  /** Members of a struct or of the elements of a list<struct>. */
  readonly group: Group | null;
}

/** Which slot takes what stands at a path. */
interface Node {
  readonly children: Map<string, Node>;
  each: Node | null;
  readonly owners: { readonly slot: number; readonly alternative: number }[];
  claimed: boolean;
}

interface Group {
  readonly slots: readonly Slot[];
  readonly tree: Node;
}

interface GroupRead {
  readonly cells: Record<string, Cell>;
  readonly left: unknown;
}

/** Compiles the columns once per stream and route. */
export function compileShaper(stream: StreamFile, route: Route | null, options: ShapeOptions): Shaper {
  const columns = Object.entries(stream.columns).map(([name, column]) => ({
    ...column,
    name,
    from: route?.from?.[name] ?? column.from,
  }));
  const group = compileGroup(columns, options.claimed ?? []);
  const needed = [...stream.primary_key, ...(stream.cursor ? [stream.cursor.column] : [])];
  const required = new Set(route?.gives ? needed.filter((name) => route.gives?.includes(name)) : needed);
  // A list of plain texts (labels), or of any JSON (properties): the record itself is a column's value.
  const itself = columns.filter(({ from }) => from !== undefined && [from].flat().includes('$'));
  const takes = (record: unknown) =>
    itself.some(({ type }) => (type === 'json' ? record !== undefined : isPlain(record)));
  return {
    shape(record, bound) {
      if (!isObject(record) && !takes(record)) return { reject: `the record is ${kindOf(record)}, not an object` };
      try {
        return shapeRecord(record, bound);
      } catch (error) {
        if (error instanceof RangeError) return { reject: error.message };
        throw error;
      }
    },
  };

  function shapeRecord(record: unknown, bound: Bound): Shaped {
    const misfits = new Map<string, unknown>();
    const { cells, left } = readGroup(group, record, bound, options, (name, value) => misfits.set(name, value));
    for (const name of required) {
      if (misfits.has(name))
        return {
          reject: `\`${name}\` does not fit: expected ${stream.columns[name]?.type}, got ${kindOf(misfits.get(name))}`,
        };
      if ((cells[name] === null || cells[name] === '') && !options.unknown?.has(name))
        return { reject: `\`${name}\` is missing` };
    }
    const extra: Record<string, unknown> = isObject(left) ? { ...left } : {};
    for (const [name, value] of misfits) if (!name.includes('.')) extra[freeKey(extra, name)] = value;
    cells._extra = Object.keys(extra).length ? jsonText(extra) : null;
    if (isCutOff(cells._extra)) misfits.set(`_extra.${TOO_DEEP}`, undefined);
    return { row: cells, misfits: [...misfits.keys()] };
  }
}

const isPlain = (record: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof record);

const isCutOff = (cell: Cell) => typeof cell === 'string' && cell.includes(`"${TOO_DEEP}":`);

/** A left-over of the same name as a misfit's column stays where it is; the misfit stands beside it. */
function freeKey(extra: Readonly<Record<string, unknown>>, name: string): string {
  return Object.hasOwn(extra, name) ? freeKey(extra, `${name}_`) : name;
}

function compileGroup(members: readonly (MemberDecl & { name: string })[], claimed: readonly string[]): Group {
  const tree = newNode();
  const slots = members.map((decl, slot): Slot => {
    const paths = decl.from === undefined ? [decl.name] : [decl.from].flat();
    // A converted value (rich text as plain text, the day of a timestamp) leaves its source to the column that keeps it as sent.
    if (!decl.as || decl.as === 'last_segment')
      for (const [alternative, path] of paths.entries()) nodeAt(tree, path).owners.push({ slot, alternative });
    const inner = decl.members ? Object.entries(decl.members).map(([name, member]) => ({ ...member, name })) : null;
    return { name: decl.name, decl, paths, group: inner ? compileGroup(inner, []) : null };
  });
  for (const path of claimed) nodeAt(tree, path).claimed = true;
  return { slots, tree };
}

const newNode = (): Node => ({ children: new Map(), each: null, owners: [], claimed: false });

function nodeAt(tree: Node, path: string): Node {
  let node = tree;
  for (const [index, step] of stepsOf(path).entries()) {
    if (step.key !== '') {
      const child = node.children.get(step.key) ?? newNode();
      node.children.set(step.key, child);
      node = child;
    }
    const last = index === stepsOf(path).length - 1;
    // `a[]` at the end names the list itself; `a[].b` goes into its elements.
    if (step.each && !last) {
      node.each ??= newNode();
      node = node.each;
    }
  }
  return node;
}

type Misfit = (name: string, value: unknown) => void;

function readGroup(
  group: Group,
  record: unknown,
  bound: Bound,
  options: ShapeOptions,
  misfit: Misfit,
  nested = false,
): GroupRead {
  const cells: Record<string, Cell> = {};
  const chosen: number[] = [];
  const leftOf: unknown[] = [];
  for (const [index, slot] of group.slots.entries()) {
    const fromRequest = slot.decl.from === undefined && Object.hasOwn(bound, slot.name) ? bound[slot.name] : undefined;
    const picked = fromRequest === undefined ? pick(record, slot.paths) : { value: fromRequest, alternative: -1 };
    chosen[index] = picked.alternative;
    const read = readSlot(slot, picked.value, options, misfit);
    const aside = !nested && read.cell !== null && options.aside?.has(slot.name) === true;
    const cell: Read = aside ? MISFIT : read.cell;
    // A member's misfit stays where it was; a column's is taken out and kept under the column's name.
    if (cell === MISFIT && nested) chosen[index] = -1;
    cells[slot.name] = cell === MISFIT ? null : cell;
    leftOf[index] = aside ? undefined : nested ? read.odd : read.left;
    if (cell === MISFIT) misfit(slot.name, aside && slot.decl.as ? read.cell : picked.value);
    else if (read.odd) misfit(slot.name, read.odd);
    else if (slot.decl.type === 'json' && isCutOff(cell)) misfit(`${slot.name}.${TOO_DEEP}`, undefined);
  }
  const left = leftover(record, group.tree, options.links, (owner) =>
    chosen[owner.slot] === owner.alternative ? { left: leftOf[owner.slot] } : null,
  );
  return { cells, left };
}

function pick(record: unknown, paths: readonly string[]): { value: unknown; alternative: number } {
  for (const [alternative, path] of paths.entries()) {
    const value = valueAt(record, path);
    if (value !== undefined && value !== null) return { value, alternative };
  }
  return { value: null, alternative: -1 };
}

interface SlotRead {
  readonly cell: Read;
  /** What the members of a struct did not take. */
  readonly left?: unknown;
  /** Elements of a list that do not fit; there is at least one. */
  readonly odd?: readonly unknown[] | undefined;
}

function readSlot(slot: Slot, value: unknown, options: ShapeOptions, misfit: Misfit): SlotRead {
  const { type, as } = slot.decl;
  if (value === null) return { cell: null };
  if (as === 'last_segment') return { cell: readScalar(type as ScalarType, lastSegment(value)) };
  if (as) return { cell: convert(as, value) };
  const { group } = slot;
  if (!group) {
    if (!type.startsWith('list<')) return { cell: readScalar(type as ScalarType, value) };
    const read = readList(elementOf(type), value);
    return read === MISFIT ? { cell: MISFIT } : { cell: read.cells, odd: someOf(read.odd) };
  }
  const inner: Misfit = (name) => misfit(`${slot.name}.${name}`, undefined);
  const readOne = (element: unknown) => {
    const object = slot.decl.texts === 'sprint' && typeof element === 'string' ? sprintOf(element) : element;
    return isObject(object) ? readGroup(group, object, {}, options, inner, true) : MISFIT;
  };
  if (type === 'struct') {
    const read = readOne(value);
    return read === MISFIT ? { cell: MISFIT } : { cell: read.cells, left: read.left };
  }
  const reads = Array.isArray(value) ? readElements(value, readOne) : MISFIT;
  if (reads === MISFIT) return { cell: MISFIT };
  const anyLeft = reads.cells.some((read) => read.left !== undefined);
  return {
    cell: reads.cells.map((read) => read.cells),
    left: anyLeft ? reads.cells.map((read) => read.left ?? null) : undefined,
    odd: someOf(reads.odd),
  };
}

const someOf = (odd: readonly unknown[]) => (odd.length > 0 ? odd : undefined);

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

type Taken = (owner: { readonly slot: number; readonly alternative: number }) => { readonly left: unknown } | null;

/** What no column took: undefined when nothing is left. Nulls and pure links are no information. */
function leftover(value: unknown, node: Node | undefined, links: ReadonlySet<string>, taken: Taken): unknown {
  if (value === null || value === undefined || node?.claimed) return undefined;
  for (const owner of node?.owners ?? []) {
    const hit = taken(owner);
    if (hit) return hit.left;
  }
  if (Array.isArray(value)) return leftoverList(value, node, links, taken);
  if (!isObject(value)) return value;
  const left: [string, unknown][] = [];
  for (const key of Object.keys(value)) {
    if (links.has(key)) continue;
    const rest = leftover(own(value, key), node?.children.get(key), links, taken);
    if (rest !== undefined) left.push([key, rest]);
  }
  const wasEmpty = Object.keys(value).length === 0;
  return left.length || (wasEmpty && node === undefined) ? Object.fromEntries(left) : undefined;
}

function leftoverList(
  value: readonly unknown[],
  node: Node | undefined,
  links: ReadonlySet<string>,
  taken: Taken,
): unknown {
  const rest = value.map((element) => leftover(element, node?.each ?? undefined, links, taken));
  if (node?.each && rest.every((element) => element === undefined)) return undefined;
  return rest.map((element) => element ?? null);
}
