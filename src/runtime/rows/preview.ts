/** Shapes records without a site or a table: a saved answer, an array, one record, or JSON lines of records. */

import type { Row } from '../../contract/table.js';
import { ConnectorError } from '../../core/errors.js';
import { isObject, type Located, recordsAt } from '../../core/json-path.js';
import { MalformedError, parseJson } from '../../http/parse.js';
import { parentOf, type Registry, type Stream } from '../streams/registry.js';
import type { Route } from '../streams/stream-file.js';
import { type Bound, compileShaper, type Shaped, type ShapeOptions } from './shape.js';

export interface Preview {
  /** The route whose records these look like. */
  readonly route: string;
  readonly rows: readonly Row[];
  readonly rejects: readonly { readonly reason: string; readonly record: unknown }[];
  /** Columns whose value did not fit, with how often. */
  readonly misfits: ReadonlyMap<string, number>;
  /** Top-level names under `_extra`, with how often. */
  readonly extra: ReadonlyMap<string, number>;
}

/** Records found one way: which way it was is told by what comes of them. */
interface Reading {
  readonly route: Route;
  readonly records: readonly (Located & { readonly bound: Bound })[];
}

/**
 * @param bytes JSON in UTF-8, or one JSON document per line.
 * @throws ConnectorError kind `usage` when the text is neither.
 */
export function previewFile(registry: Registry, name: string, bytes: Uint8Array, options: ShapeOptions): Preview {
  const stream = registry.get(name);
  const document = parseDocument(bytes);
  const previews = readings(registry, stream, document, options).map((reading) =>
    shapeReading(stream, reading, options),
  );
  const [best] = previews.sort((a, b) => a.rejects.length - b.rejects.length || count(a.misfits) - count(b.misfits));
  if (!best || (best.rows.length > 0 && best.rows.every((row) => looksForeign(stream, row))))
    throw new ConnectorError(
      'usage',
      `Nothing in the file looks like records of ${name}; expected an answer of one of its routes, a list of records, or one record.`,
    );
  return best;
}

/** A record of something else may well have an `id`: with nothing but its key filled it is not of this stream. */
function looksForeign(stream: Stream, row: Row): boolean {
  const filled = Object.keys(stream.columns).filter((column) => row[column] !== null && row[column] !== undefined);
  return (
    row._extra !== null &&
    filled.every((column) => stream.primary_key.includes(column)) &&
    Object.keys(stream.columns).length > stream.primary_key.length
  );
}

function parseDocument(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  const whole = parsedOr(text);
  if (!(whole instanceof MalformedError)) return whole;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2) throw new ConnectorError('usage', `The file is not JSON: ${whole.message}.`, { cause: whole });
  return lines.map((line, index) => {
    const record = parsedOr(line);
    if (!(record instanceof MalformedError)) return record;
    throw new ConnectorError(
      'usage',
      `The file is neither one JSON document (${whole.message}) nor JSON lines (line ${index + 1} of those with text: ${record.message}).`,
      { cause: record },
    );
  });
}

/** Lenient decoding would turn broken bytes into U+FFFD within a row that looks whole. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ConnectorError('usage', 'The file is not valid UTF-8. Save it as UTF-8 and try again.', { cause });
  }
}

function parsedOr(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof MalformedError) return error;
    throw error;
  }
}

/** Every way the document may hold records, the declared ones first. */
function readings(registry: Registry, stream: Stream, document: unknown, options: ShapeOptions): readonly Reading[] {
  // A route that lists keys alone would take a record without its cursor for a good one.
  const whole = stream.routes.filter((route) => !route.gives);
  const declared = whole.flatMap((route) =>
    route.inside ? insideReading(registry, stream, route, document, options) : pageReading(route, document),
  );
  if (declared.length) return declared;
  const records = Array.isArray(document) ? document : isObject(document) ? [document] : null;
  if (records === null) return [];
  return whole
    .filter((route) => !route.inside)
    .map((route) => ({ route, records: records.map((record) => ({ record, carried: {}, bound: {} })) }));
}

function pageReading(route: Route, document: unknown): readonly Reading[] {
  if (route.rows === '$')
    return isObject(document) ? [{ route, records: [{ record: document, carried: {}, bound: {} }] }] : [];
  const found = recordsAt(document, route.rows, route.carry);
  return Array.isArray(found) ? [{ route, records: found.map((one) => ({ ...one, bound: {} })) }] : [];
}

/** Rows inside parent records: the document is a page of parents, a list of them, or one. */
function insideReading(
  registry: Registry,
  stream: Stream,
  route: Route,
  document: unknown,
  options: ShapeOptions,
): readonly Reading[] {
  const parent = parentOf(stream, route);
  if (!parent) return [];
  const target = registry.get(parent.stream);
  const shaper = compileShaper(target, null, options);
  const page = target.routes.map((one) => recordsAt(document, one.rows)).find((found) => Array.isArray(found));
  const parents = Array.isArray(page) ? page.map((one) => one.record) : [document].flat();
  const records = parents.flatMap((record) => {
    const found = recordsAt(record, route.rows, route.carry);
    if (!Array.isArray(found)) return [];
    const shaped = shaper.shape(record, {});
    const row = 'row' in shaped ? shaped.row : {};
    const bound = Object.fromEntries(
      Object.entries(parent.bind).map(([ours, theirs]) => [ours, row[theirs] ?? undefined]),
    );
    return found.map((one) => ({ ...one, bound }));
  });
  return records.length || Array.isArray(page) ? [{ route, records }] : [];
}

function shapeReading(stream: Stream, { route, records }: Reading, options: ShapeOptions): Preview {
  // A saved answer does not say which parent it was asked for: those columns stay empty without a reject.
  const unknown = new Set(Object.keys(parentOf(stream, route)?.bind ?? {}));
  const shaper = compileShaper(stream, route, { ...options, unknown });
  const shaped = records.map(({ record, carried, bound }): { record: unknown; shaped: Shaped } => ({
    record,
    shaped: shaper.shape(record, { ...bound, ...carried }),
  }));
  const rows = shaped.flatMap(({ shaped: one }) => ('row' in one ? [one.row] : []));
  return {
    route: route.name,
    rows,
    rejects: shaped.flatMap(({ record, shaped: one }) => ('reject' in one ? [{ reason: one.reject, record }] : [])),
    misfits: tally(shaped.flatMap(({ shaped: one }) => ('row' in one ? one.misfits : []))),
    extra: tally(
      rows.flatMap((row) => (typeof row._extra === 'string' ? Object.keys(JSON.parse(row._extra) as object) : [])),
    ),
  };
}

function tally(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

const count = (map: ReadonlyMap<string, number>) => [...map.values()].reduce((sum, one) => sum + one, 0);
