/** Which columns of a stream a table carries, as the settings say; what is left out is in no cell, no `_extra` and no reject. */
import { ConnectorError } from '../../core/errors.js';
import { didYouMean } from '../../core/yaml-file.js';
import { type ColumnChoice, type ColumnChoices, wordsOf } from './column-choice.js';
import { makeRegistry, parentOf, parentsOf, placeholdersIn, type Registry, type Stream } from './registry.js';
import type { ColumnDecl } from './stream-file.js';

/**
 * The registry with the columns that the settings want. A stream with custom fields gets its words checked as far as they are declared
 * columns; the rest waits for the site's list of fields.
 * @param streams those that are read
 * @throws ConnectorError kind `usage` for a stream or a column that is none, and for one that cannot be left out
 */
export function withChosenColumns(registry: Registry, choices: ColumnChoices, streams: readonly string[]): Registry {
  if (Object.keys(choices).length === 0) return registry;
  for (const name of Object.keys(choices)) registry.get(name);
  return makeRegistry(
    [...registry.streams.values()].map((stream) => {
      const choice = choices[stream.stream];
      if (choice === undefined) return stream;
      if (!stream.custom_fields) return choose(stream, registry, streams, choice);
      const needed = neededColumns(stream, registry, streams);
      if ('exclude' in choice) for (const word of choice.exclude) refuseNeeded(stream, word, needed);
      return { ...stream, chosen: { choice, drop: [], keep: [] } };
    }),
  );
}

export function choose(stream: Stream, registry: Registry, streams: readonly string[], choice: ColumnChoice): Stream {
  const needed = neededColumns(stream, registry, streams);
  const words = wordsOf(choice);
  for (const word of words) if (!Object.hasOwn(stream.columns, word)) refuseUnknown(stream, word);
  if ('include' in choice) return withColumns(stream, choice, new Set([...words, ...needed.keys()]));
  const out = new Set(words.flatMap((word) => [word, ...formsOf(stream, word)]));
  for (const column of out) refuseNeeded(stream, column, needed);
  return withColumns(stream, choice, new Set(Object.keys(stream.columns).filter((name) => !out.has(name))));
}

/** Other columns with the same value, or a part of it: `body_text` of `body`. */
function formsOf(stream: Stream, column: string): readonly string[] {
  if (stream.columns[column]?.as !== undefined) return [];
  const paths = pathsOf(stream, column);
  const isPart = (path: string) => paths.some((whole) => path === whole || path.startsWith(`${whole}.`));
  return Object.keys(stream.columns).filter((name) => name !== column && pathsOf(stream, name).every(isPart));
}

/** @param kept names of the columns that the table has */
export function withColumns(stream: Stream, choice: ColumnChoice, kept: ReadonlySet<string>): Stream {
  const all = Object.keys(stream.columns);
  const [inside, outside] = [all.filter((name) => kept.has(name)), all.filter((name) => !kept.has(name))];
  return {
    ...onlyColumns(stream, kept),
    chosen: {
      choice,
      drop: outside.flatMap((name) => pathsOf(stream, name)),
      keep: inside.flatMap((name) => pathsOf(stream, name)),
    },
  };
}

/** Lists of columns in the stream's file follow its columns. */
export function onlyColumns(stream: Stream, kept: ReadonlySet<string>): Stream {
  const columns = Object.fromEntries(Object.entries(stream.columns).filter(([name]) => kept.has(name)));
  const named = stream.census?.named_in?.filter((path) => kept.has(path.split('[')[0] ?? ''));
  return {
    ...stream,
    columns,
    ...(stream.census ? { census: { ...stream.census, named_in: named?.length ? named : undefined } } : {}),
  };
}

/** Where a column's value stands in a record, over all routes. */
export function pathsOf(stream: Stream, column: string): readonly string[] {
  const declared: ColumnDecl['from'] = stream.columns[column]?.from ?? column;
  return [...new Set([declared, ...stream.routes.map(({ from }) => from?.[column] ?? [])].flat())];
}

/** A comment or worklog that has lost them would look as if everybody might see it. */
const WHO_MAY_SEE = ['visibility_type', 'jsd_public'];

/** Columns without which the stream, or one that hangs on it, cannot be read, and what they are. */
export function neededColumns(
  stream: Stream,
  registry: Registry,
  streams: readonly string[],
): ReadonlyMap<string, string> {
  const needed = new Map<string, string>();
  const add = (what: string, ...names: readonly (string | undefined)[]) => {
    for (const name of names)
      if (name !== undefined && !needed.has(name) && Object.hasOwn(stream.columns, name)) needed.set(name, what);
  };
  add('its key', ...stream.primary_key);
  add('its cursor', stream.cursor?.column);
  add('its parent', ...parentsOf(stream).flatMap(({ bind }) => Object.keys(bind)));
  add('what a record is looked up by', ...placeholdersIn(JSON.stringify(stream.look ?? {})));
  add('what tells a new record', stream.born);
  add('what the scope goes by', ...Object.values(stream.scope ?? {}), stream.census?.group.column);
  add('a key of deleted records', ...Object.keys(stream.deletions?.key ?? {}));
  add('what tells a deleted record', stream.gone_with?.column, ...Object.keys(stream.gone_with?.from ?? {}));
  add('what tells a changed record', stream.at_rest?.told_by.column);
  for (const { batch, prefix } of stream.routes) add('what requests go by', batch?.of, batch?.answers, prefix?.of);
  add('who may see a row', ...WHO_MAY_SEE);
  for (const [column, { repeats }] of Object.entries(stream.columns)) if (repeats) add('what a census goes by', column);
  for (const other of withParents(streams, registry)) {
    const from = `what ${other.stream} goes by`;
    for (const parent of parentsOf(other))
      if (parent.stream === stream.stream)
        add(from, ...Object.values(parent.bind), parent.since, ...Object.keys(parent.where ?? {}).map(columnOf));
    for (const { repeats } of Object.values(other.columns))
      if (repeats?.stream === stream.stream) add(from, repeats.column);
    if (other.gone_with?.stream === stream.stream)
      add(from, other.gone_with.key, ...Object.values(other.gone_with.from ?? {}));
    const { at_rest: rest, parent } = other;
    if (rest?.told_by.stream === stream.stream) add(from, ...rest.told_by.keys);
    if (rest && parent?.stream === stream.stream) add(from, ...Object.keys(rest.where).map(columnOf));
    for (const { prefix, unless } of other.routes) {
      add(from, ...(prefix?.met?.[stream.stream] ?? []));
      const conditions = Object.values(unless ?? {}).flatMap((one) =>
        typeof one === 'object' ? [one.where ?? {}] : [],
      );
      if (parentsOf(other).some((parent) => parent.stream === stream.stream))
        add(from, ...conditions.flatMap((where) => Object.keys(where)).map(columnOf));
    }
  }
  return needed;
}

/** The streams themselves, and all that they are read through. */
function withParents(streams: readonly string[], registry: Registry): readonly Stream[] {
  const found = new Map<string, Stream>();
  const add = (name: string) => {
    if (found.has(name)) return;
    const stream = registry.get(name);
    found.set(name, stream);
    for (const parent of parentsOf(stream)) add(parent.stream);
  };
  for (const name of streams) add(name);
  return [...found.values()];
}

const columnOf = (path: string) => path.split('[')[0] ?? path;

function refuseNeeded(stream: Stream, column: string, needed: ReadonlyMap<string, string>): void {
  const what = needed.get(column);
  if (what !== undefined)
    throw new ConnectorError('usage', `columns.${stream.stream}: \`${column}\` cannot be left out; it is ${what}.`);
}

function refuseUnknown({ stream, columns }: Stream, word: string): never {
  throw new ConnectorError(
    'usage',
    `columns.${stream}: there is no column \`${word}\`.${didYouMean(word, Object.keys(columns))} \`connector streams ${stream}\` lists them.`,
  );
}

/** Streams with chosen columns whose records lie inside this one's. */
export function chosenInside(stream: Stream, registry: Registry) {
  return [...registry.streams.values()]
    .filter(({ chosen }) => chosen !== undefined)
    .flatMap((other) =>
      other.routes.filter((route) => route.inside && parentOf(other, route)?.stream === stream.stream),
    );
}
