/**
 * A record as Jira sent it -> a row of the declared columns plus `_extra`. Nothing is lost: what no column took stays in `_extra`,
 * a value that does not fit stays under `_extra.<column>`, and a row without its key or cursor is rejected with the reason (I6).
 */
import type { Cell, Row } from '../../contract/table.js';
import { isObject, kindOf } from '../../core/json-path.js';
import { TOO_DEEP } from '../../http/parse.js';
import type { Route, StreamFile } from '../streams/stream-file.js';
import { MISFIT, type Read } from './cells.js';
import { jsonText } from './json-text.js';
import { leftover } from './leftover.js';
import { compileGroup, type Group, type GroupRead, isParts, type Misfit } from './slots.js';

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

/** Compiles the columns once per stream and route. */
export function compileShaper(stream: StreamFile, route: Route | null, options: ShapeOptions): Shaper {
  const columns = Object.entries(stream.columns).map(([name, column]) => ({
    ...column,
    name,
    from: route?.from?.[name] ?? column.from,
  }));
  const group = compileGroup(columns, options.claimed ?? [], (inner, element, misfit) =>
    readGroup(inner, element, NOTHING_BOUND, options, misfit, true),
  );
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
    cells._extra = extraOf(left, misfits);
    if (isCutOff(cells._extra)) misfits.set(`_extra.${TOO_DEEP}`, undefined);
    return { row: cells, misfits: misfits.size === 0 ? NONE : [...misfits.keys()] };
  }
}

const NOTHING_BOUND: Bound = {};
const NONE: readonly string[] = [];

function extraOf(left: unknown, misfits: ReadonlyMap<string, unknown>): string | null {
  if (misfits.size === 0) return isObject(left) ? jsonText(left) : null;
  const extra: Record<string, unknown> = isObject(left) ? { ...left } : {};
  for (const [name, value] of misfits) if (!name.includes('.')) extra[freeKey(extra, name)] = value;
  return Object.keys(extra).length > 0 ? jsonText(extra) : null;
}

const isPlain = (record: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof record);

const isCutOff = (cell: Cell) => typeof cell === 'string' && cell.includes(`"${TOO_DEEP}":`);

/** A left-over of the same name as a misfit's column stays where it is; the misfit stands beside it. */
function freeKey(extra: Readonly<Record<string, unknown>>, name: string): string {
  return Object.hasOwn(extra, name) ? freeKey(extra, `${name}_`) : name;
}

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
  const left: unknown[] = [];
  for (const [index, slot] of group.slots.entries()) {
    const { name } = slot;
    let value = slot.bindable && Object.hasOwn(bound, name) ? bound[name] : undefined;
    let alternative = -1;
    if (value === undefined)
      for (value = null; value === null && alternative + 1 < slot.sources.length; )
        value = slot.sources[++alternative]?.(record) ?? null;
    chosen.push(value === null ? -1 : alternative);
    left.push(undefined);
    cells[name] = null;
    if (value === null) continue;
    const read = slot.read(value, misfit);
    const whole = isParts(read) ? read.cell : read;
    const aside = !nested && whole !== null && options.aside?.has(name) === true;
    const cell: Read = aside ? MISFIT : whole;
    if (cell !== MISFIT) cells[name] = cell;
    // A member's misfit stays where it was; a column's is taken out and kept under the column's name.
    else if (nested) chosen[index] = -1;
    if (isParts(read) && !aside) left[index] = nested ? read.odd : read.left;
    if (cell === MISFIT) misfit(name, aside && slot.converts ? whole : value);
    else if (isParts(read) && read.odd) misfit(name, read.odd);
    else if (slot.isJson && isCutOff(cell)) misfit(`${name}.${TOO_DEEP}`, undefined);
  }
  return { cells, left: leftover(record, group.tree, options.links, { chosen, left }) };
}
