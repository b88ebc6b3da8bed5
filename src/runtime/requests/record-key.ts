/** What a record will be called in its table, read before it is a row. */

import { valueAt } from '../../core/json-path.js';
import type { Stream } from '../streams/registry.js';
import type { Route } from '../streams/stream-file.js';

/** The text of one column; empty when there is none. */
export function textAt(stream: Stream, route: Route, column: string, record: unknown): string {
  const paths = [route.from?.[column] ?? stream.columns[column]?.from ?? column].flat();
  const value = paths.map((path) => valueAt(record, path)).find((one) => one !== undefined && one !== null);
  return value === undefined ? '' : String(value);
}

/** The key; of several columns, their texts as JSON. */
export function keyOf(stream: Stream, route: Route, record: unknown): string {
  const texts = stream.primary_key.map((column) => textAt(stream, route, column, record));
  return texts.length === 1 ? (texts[0] ?? '') : JSON.stringify(texts);
}
