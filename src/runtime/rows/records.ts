/** An answer (or a saved one) -> rows of one stream, through one route. */
import type { Route, StreamFile } from '../registry/stream-file.js';
import { type Extraction, recordsAt } from './path.js';
import { type Bound, compileShaper, type Shaped, type ShapeOptions, type Shaper } from './shape.js';

export interface ShapedRecord {
  readonly record: unknown;
  readonly bound: Bound;
  readonly shaped: Shaped;
}

/** The records of one answer with what their request and upper levels know of them. */
export function recordsOf(route: Route, answer: unknown): Extraction {
  return recordsAt(answer, route.rows, route.carry);
}

/** @throws Error when the answer has no records where the route says they are. */
export function shapePage(
  stream: StreamFile,
  route: Route,
  answer: unknown,
  bound: Bound,
  options: ShapeOptions,
): readonly ShapedRecord[] {
  return shapeRecords(compileShaper(stream, route, options), recordsOf(route, answer), bound, route);
}

export function shapeRecords(shaper: Shaper, found: Extraction, bound: Bound, route: Route): readonly ShapedRecord[] {
  if (typeof found === 'string') throw new Error(found);
  if (found === undefined && !route.rows_may_be_absent) throw new Error(`the answer has no \`${route.rows}\``);
  return (found ?? []).map(({ record, carried }) => {
    const all = { ...bound, ...carried };
    return { record, bound: all, shaped: shaper.shape(record, all) };
  });
}
