/** Stream files -> registry. Anything wrong is refused here, with file:line, before a request is sent or a file written. */

import { DIALECTS } from '../../contract/dialect.js';
import { ConnectorError } from '../../core/errors.js';
import { didYouMean, parseYaml, type YamlFile } from '../../core/yaml-file.js';
import { checkCensus, checkGoneWith } from './check-census.js';
import { checkAtRest, checkParent } from './check-parent.js';
import { checkUnless } from './check-unless.js';
import { speaks } from './dialect.js';
import { pageSchema } from './page-words.js';
import { parentSchema } from './parent-words.js';
import {
  GROUPS,
  type Group,
  groupOf,
  makeRegistry,
  parentOf,
  parentsOf,
  placeholdersIn,
  type Registry,
  type Stream,
} from './registry.js';
import { atRestSchema } from './rest-words.js';
import {
  type ColumnDecl,
  columnSchema,
  PLACEHOLDERS,
  type Route,
  routeSchema,
  type StreamFile,
  streamFileSchema,
} from './stream-file.js';

export interface StreamText {
  /** Path as people know it, such as `streams/boards.yaml`. */
  readonly file: string;
  readonly text: string;
  readonly untested: boolean;
}

const READ_WHEN: Readonly<Record<Group, string>> = {
  default: 'on by default',
  credentials: 'on by default with certain credentials only',
  named: 'read only when named, and this stream is not',
  untested: 'untested and off by default',
};

/** Every word of the language, for "did you mean". */
const WORDS: readonly string[] = [
  ...[streamFileSchema, routeSchema, columnSchema, parentSchema, atRestSchema].flatMap((schema) =>
    Object.keys(schema.shape),
  ),
  ...pageSchema.options.flatMap((option) => Object.keys(option.shape)),
  ...[
    'product',
    'credentials',
    'named',
    'edition',
    'permission',
    'scopes',
    'classic',
    'granular',
    'column',
    'lookback',
    'of',
    'put',
    'max',
    'value',
    'asks',
    'rest',
    'add',
    'drop',
    'outcome',
    'verify',
    'else',
    'fewer',
    'above',
    'key',
    'ask',
    'needed',
    'also',
    'met',
    'repeats',
    'list',
    'read',
    'confirm',
    'named_in',
    'id',
    'why',
    'gone',
  ],
];

/** @throws ConnectorError kind `usage`: one line per mistake, each with file:line. */
export function loadRegistry(files: readonly StreamText[]): Registry {
  const complaints: string[] = [];
  const loaded: { stream: Stream; yaml: YamlFile<StreamFile> }[] = [];
  for (const { file, text, untested } of files) {
    try {
      const yaml = parseYaml(file, text, streamFileSchema, WORDS);
      loaded.push({ stream: { ...yaml.value, file, untested }, yaml });
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      complaints.push(error.message);
    }
  }
  const names = loaded.map(({ stream }) => stream.stream);
  for (const { stream, yaml } of loaded) complaints.push(...checkOne(stream, yaml, names));
  const registry = makeRegistry(loaded.map(({ stream }) => stream));
  if (complaints.length === 0)
    for (const { stream, yaml } of loaded) complaints.push(...checkAgainstOthers(stream, yaml, registry));
  if (complaints.length) throw new ConnectorError('usage', complaints.join('\n'));
  return registry;
}

/** Rules a stream file keeps on its own. */
function checkOne(stream: Stream, yaml: YamlFile<StreamFile>, names: readonly string[]): string[] {
  const found: string[] = [];
  const say = (path: readonly PropertyKey[], text: string) => found.push(`${yaml.at(path)}: ${text}`);
  const fileName = stream.file.replace(/^.*\//, '').replace(/\.yaml$/, '');
  const columns = Object.keys(stream.columns);
  if (fileName !== stream.stream)
    say(['stream'], `the file is called ${fileName}.yaml, so the stream must be \`${fileName}\`.`);
  if (names.filter((name) => name === stream.stream).length > 1)
    say(['stream'], `two files declare the stream \`${stream.stream}\`.`);
  for (const key of stream.primary_key) {
    if (!columns.includes(key))
      say(['primary_key'], `the key column \`${key}\` is not declared under columns.${didYouMean(key, columns)}`);
    else if (typeof stream.columns[key]?.type === 'string' && /json|struct|list|double/.test(stream.columns[key].type))
      say(['columns', key, 'type'], `a key column cannot be ${stream.columns[key].type}.`);
  }
  if (stream.cursor) {
    const column = stream.columns[stream.cursor.column];
    if (!column)
      say(
        ['cursor', 'column'],
        `the cursor column \`${stream.cursor.column}\` is not declared.${didYouMean(stream.cursor.column, columns)}`,
      );
    else if (column.type !== 'timestamptz')
      say(['cursor', 'column'], `the cursor column must be timestamptz, not ${column.type}.`);
  }
  if (stream.count?.request.startsWith('POST') && !stream.count.reads_only)
    say(['count'], 'a POST must say `reads_only: true`; this connector never writes to the site.');
  for (const word of placeholdersIn(JSON.stringify(stream.count ?? {})))
    if (!PLACEHOLDERS.some((known) => known === word)) say(['count'], `nothing fills the placeholder {${word}}.`);
  for (const word of placeholdersIn(JSON.stringify(stream.look ?? {})))
    if (!columns.includes(word)) say(['look'], `{${word}} is not a column of this stream.${didYouMean(word, columns)}`);
  if (stream.born !== undefined && stream.columns[stream.born]?.type !== 'timestamptz')
    say(['born'], `\`${stream.born}\` is not a column of type timestamptz.${didYouMean(stream.born, columns)}`);
  found.push(...checkCensus(stream, yaml));
  for (const [name, column] of Object.entries(stream.columns)) found.push(...checkColumn(name, column, yaml));
  for (const [index, route] of stream.routes.entries()) found.push(...checkRoute(stream, route, index, yaml));
  return found;
}

/** What is not a way of reading for each kind of run is no way to the rest of a list: it would be left out without a word. */
const readsAlways = (route: Route) => !!route.request && !route.gives && !route.ids_from && !route.only;

/** Some deployment knows both. */
const meet = (one: Route, other: Route) => DIALECTS.some((dialect) => speaks(one, dialect) && speaks(other, dialect));

function checkColumn(name: string, column: ColumnDecl, yaml: YamlFile<StreamFile>): string[] {
  const nested = column.type === 'struct' || column.type === 'list<struct>';
  const where = yaml.at(['columns', name]);
  if (nested && !column.members) return [`${where}: \`${name}\` is a ${column.type} and needs \`members\`.`];
  if (!nested && column.members)
    return [`${where}: \`${name}\` is ${column.type}; only struct and list<struct> have \`members\`.`];
  if (!nested && column.texts)
    return [`${where}: \`${name}\` is ${column.type}; only struct and list<struct> have \`texts\`.`];
  if (column.as === 'text' && column.type !== 'string')
    return [`${where}: \`as: text\` gives a string, not ${column.type}.`];
  if (column.as === 'local_date' && column.type !== 'date')
    return [`${where}: \`as: local_date\` gives a date, not ${column.type}.`];
  if (column.as === 'last_segment' && column.type !== 'id' && column.type !== 'string')
    return [`${where}: \`as: last_segment\` gives an id or a string, not ${column.type}.`];
  if (column.as === 'offset_minutes' && column.type !== 'int' && column.type !== 'long')
    return [`${where}: \`as: offset_minutes\` gives an int, not ${column.type}.`];
  return [];
}

function checkRoute(stream: Stream, route: Route, index: number, yaml: YamlFile<StreamFile>): string[] {
  const found: string[] = [];
  const at = (...path: PropertyKey[]) => yaml.at(['routes', index, ...path]);
  const parent = parentOf(stream, route);
  const bound = Object.keys(parent?.bind ?? {});
  if (route.inside && route.request)
    found.push(`${at('inside')}: a route is either \`inside\` a parent's record or has a \`request\`, not both.`);
  if (!route.inside && !route.request)
    found.push(`${at()}: the route \`${route.name}\` has neither \`request\` nor \`inside\`.`);
  if (route.request && !route.page)
    found.push(`${at('request')}: a route with a request says how it pages: add \`page\`.`);
  if (route.request?.startsWith('POST') && !route.reads_only)
    found.push(`${at('request')}: a POST must say \`reads_only: true\`; this connector never writes to the site.`);
  const byOwnIds = route.ids_from || route.gives || route.only === 'census';
  if ((route.inside || (route.batch && !byOwnIds)) && !parent)
    found.push(`${at()}: the route \`${route.name}\` needs a \`parent\`.`);
  const sources = byOwnIds ? Object.keys(stream.columns) : bound;
  if (route.batch && !sources.includes(route.batch.of))
    found.push(
      `${at('batch', 'of')}: \`${route.batch.of}\` is not bound by the parent.${didYouMean(route.batch.of, bound)}`,
    );
  const rest = route.inside?.rest;
  if (route.inside && (rest === undefined) !== (route.inside.total === undefined))
    found.push(`${at('inside')}: \`total\` and \`rest\` go together; a list that always comes whole has neither.`);
  if (rest && !stream.routes.some((other) => other.name === rest && readsAlways(other) && meet(other, route)))
    found.push(
      `${at('inside', 'rest')}: there is no route \`${rest}\` with a request, for the rows of every kind of run.`,
    );
  const allowed = [...bound, ...PLACEHOLDERS];
  for (const name of placeholdersIn(JSON.stringify([route.request, route.query, route.body]))) {
    if (!allowed.includes(name))
      found.push(`${at('request')}: nothing fills the placeholder {${name}}.${didYouMean(name, allowed)}`);
  }
  if (route.with && !stream.routes.some((other) => other.name === route.with && other.request && meet(other, route)))
    found.push(`${at('with')}: there is no route \`${route.with}\` with a request.`);
  if (route.prefix && route.page?.kind !== 'none' && route.page?.kind !== 'offset')
    found.push(`${at('prefix')}: only a list with pages of the kind none or offset is read by beginnings.`);
  if (stream.routes.some((other, position) => position < index && other.name === route.name && meet(other, route)))
    found.push(`${at('name')}: two routes are called \`${route.name}\`.`);
  if (route.batch && !route.batch.put && !JSON.stringify([route.query, route.body]).includes('{batch}'))
    found.push(`${at('batch')}: nothing tells the request its batch: add \`put\` or use {batch}.`);
  for (const name of [
    ...bound,
    ...Object.keys(route.carry ?? {}),
    ...Object.keys(route.from ?? {}),
    ...(route.gives ?? []),
    ...(route.prefix ? [route.prefix.of] : []),
  ]) {
    if (!Object.hasOwn(stream.columns, name))
      found.push(
        `${at()}: \`${name}\` is not a column of this stream.${didYouMean(name, Object.keys(stream.columns))}`,
      );
  }
  found.push(...checkUnless(route, (...path) => at('unless', ...path)));
  return found;
}

/** Rules between files: parents exist, bind declared columns, and form no cycle. */
function checkAgainstOthers(stream: Stream, yaml: YamlFile<StreamFile>, registry: Registry): string[] {
  const found = [...checkGoneWith(stream, yaml, registry), ...checkAtRest(stream, yaml, registry)];
  for (const [column, { repeats }] of Object.entries(stream.columns))
    if (repeats && !registry.streams.get(repeats.stream)?.columns[repeats.column])
      found.push(
        `${yaml.at(['columns', column, 'repeats'])}: there is no column \`${repeats.column}\` of a stream \`${repeats.stream}\`.`,
      );
  const fields = stream.custom_fields?.stream;
  if (fields !== undefined && !registry.streams.has(fields))
    found.push(
      `${yaml.at(['custom_fields', 'stream'])}: there is no stream \`${fields}\`.${didYouMean(fields, [...registry.streams.keys()])}`,
    );
  for (const parent of parentsOf(stream)) {
    const target = registry.streams.get(parent.stream);
    if (!target) {
      found.push(
        `${yaml.at(['parent', 'stream'])}: there is no stream \`${parent.stream}\`.${didYouMean(parent.stream, [...registry.streams.keys()])}`,
      );
      continue;
    }
    const [ours, theirs] = [groupOf(stream), groupOf(target)];
    if (GROUPS.indexOf(theirs) > GROUPS.indexOf(ours))
      found.push(`${yaml.at(['parent', 'stream'])}: the parent \`${parent.stream}\` is ${READ_WHEN[theirs]}.`);
    found.push(...checkParent(parent, target, yaml.at(['parent'])));
    if (reaches(target, stream.stream, registry, new Set()))
      found.push(
        `${yaml.at(['parent', 'stream'])}: \`${stream.stream}\` and \`${parent.stream}\` are each other's parents (a cycle).`,
      );
  }
  return found;
}

function reaches(from: Stream, name: string, registry: Registry, seen: Set<string>): boolean {
  if (from.stream === name) return true;
  if (seen.has(from.stream)) return false;
  seen.add(from.stream);
  return parentsOf(from).some((parent) => {
    const next = registry.streams.get(parent.stream);
    return next !== undefined && reaches(next, name, registry, seen);
  });
}
