/** What a site's list of fields and the settings make of a registry: columns for custom fields, and fields that are left out. */
import { ConnectorError } from '../../core/errors.js';
import { own } from '../../core/json-path.js';
import { didYouMean } from '../../core/yaml-file.js';
import { choose, neededColumns, onlyColumns, pathsOf, withColumns } from './chosen-columns.js';
import { type ColumnChoice, wordsOf } from './column-choice.js';
import { customFieldColumns, type SiteField } from './custom-field-columns.js';
import { makeRegistry, type Registry, type Stream } from './registry.js';
import type { ColumnDecl, Route } from './stream-file.js';

type CustomFields = NonNullable<Stream['custom_fields']>;

/** Null for what is no field. */
export function siteFieldOf(record: unknown): SiteField | null {
  const schema = own(record, 'schema');
  const id = text(own(record, 'id'));
  if (id === null) return null;
  return {
    id,
    name: text(own(record, 'name')) ?? '',
    custom: own(record, 'custom') === true,
    type: text(own(schema, 'type')),
    items: text(own(schema, 'items')),
    kind: text(own(schema, 'custom'))?.replace(/^.*:/, '') ?? null,
  };
}

const text = (value: unknown) => (typeof value === 'string' ? value : null);

const ID = /^customfield_[0-9]+$/;

/** What words of the settings mean. */
interface Meant {
  /** Ids of fields. */
  readonly fields: ReadonlySet<string>;
  readonly columns: readonly string[];
}

/**
 * A name stands for every field that has it, and wins over a column of that name: a field is all of its columns. An id that the site
 * does not list (a field this account does not see today) stands for itself where it is left out.
 * @throws ConnectorError kind `usage` for a name that neither has: what it was to keep out would be read.
 */
function meaningOf(stream: Stream, fields: readonly SiteField[], choice: ColumnChoice): Meant {
  const ids = new Set<string>();
  const columns: string[] = [];
  for (const word of wordsOf(choice)) {
    const found = fields.filter(({ id, name }) => id === word || name === word);
    if (found.length > 0) for (const { id } of found) ids.add(id);
    else if (Object.hasOwn(stream.columns, word)) columns.push(word);
    else if ('exclude' in choice && ID.test(word)) ids.add(word);
    else {
      const names = [...fields.flatMap(({ id, name }) => [id, name]), ...Object.keys(stream.columns)];
      throw new ConnectorError(
        'usage',
        `columns.${stream.stream}: the site has no field \`${word}\`, and there is no such column.${didYouMean(word, names)} Give its id or its exact display name; the table \`fields\` and GET /rest/api/3/field list them.`,
      );
    }
  }
  return { fields: ids, columns };
}

/** The registry as this site and the settings want it, and the ids of fields that are not asked for. */
export interface SiteRegistry {
  readonly registry: Registry;
  readonly excluded: ReadonlySet<string>;
}

/** Streams without `custom_fields` stay as they are. @param streams those that are read */
export function withSiteFields(
  registry: Registry,
  fields: readonly SiteField[],
  streams: readonly string[],
): SiteRegistry {
  const excluded = new Set<string>();
  const made = [...registry.streams.values()].map((stream) => {
    const { custom_fields: declared, chosen } = stream;
    if (!declared) return stream;
    const full = withCustomColumns(stream, declared, fields);
    if (!chosen) return full;
    const meant = meaningOf(full, fields, chosen.choice);
    const needed = neededColumns(full, registry, streams);
    const kept =
      'include' in chosen.choice
        ? included(full, declared, meant, needed)
        : left(full, registry, streams, { declared, meant, needed });
    const out = leftOutFields(full, kept, declared, fields, meant, chosen.choice);
    for (const id of out) excluded.add(id);
    const routes = kept.routes.map((route) => askingWithout(route, declared.ask, out));
    // The words of the settings, not those that were left of them: states are held against them.
    return { ...kept, routes, chosen: { ...chosen, ...kept.chosen, choice: chosen.choice } };
  });
  return { registry: makeRegistry(made), excluded };
}

function withCustomColumns(stream: Stream, { at }: CustomFields, fields: readonly SiteField[]): Stream {
  const custom = [...fields]
    .sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }))
    .map((field) => customFieldColumns(field, at));
  return { ...stream, columns: Object.assign({}, stream.columns, ...custom) };
}

type Needed = ReturnType<typeof neededColumns>;

function included(full: Stream, { at }: CustomFields, { fields, columns }: Meant, needed: Needed): Stream {
  const ofFields = Object.keys(full.columns).filter((name) => fieldsIn(full, name, at).some((id) => fields.has(id)));
  return withColumns(full, { include: [] }, new Set([...columns, ...ofFields, ...needed.keys()]));
}

function left(
  full: Stream,
  registry: Registry,
  streams: readonly string[],
  { declared, meant, needed }: { readonly declared: CustomFields; readonly meant: Meant; readonly needed: Needed },
): Stream {
  const lacking = declared.needed.find((id) => meant.fields.has(id));
  const columns = Object.entries(full.columns).flatMap(([name, column]) => {
    const rest = withoutFieldPaths(name, column, declared.at, meant.fields);
    return rest ? [[name, rest] as const] : [];
  });
  const kept = new Set(columns.map(([name]) => name));
  const gone = [...needed.keys()].find((name) => Object.hasOwn(full.columns, name) && !kept.has(name));
  if (lacking !== undefined || gone !== undefined)
    throw new ConnectorError(
      'usage',
      `columns.${full.stream}: the stream cannot be read without the field \`${lacking ?? fieldsIn(full, gone ?? '', declared.at)[0]}\`.`,
    );
  const stream = { ...onlyColumns(full, kept), columns: Object.fromEntries(columns) };
  const words = meant.columns.filter((name) => kept.has(name));
  return choose(stream, registry, streams, { exclude: words });
}

/** Those that the settings name, and those of which no column is left. */
function leftOutFields(
  full: Stream,
  kept: Stream,
  { at, needed }: CustomFields,
  fields: readonly SiteField[],
  meant: Meant,
  choice: ColumnChoice,
): ReadonlySet<string> {
  const idsOf = (stream: Stream) => new Set(Object.keys(stream.columns).flatMap((name) => fieldsIn(stream, name, at)));
  const [before, after] = [idsOf(full), idsOf(kept)];
  const isOut = (id: string) => !after.has(id) && ('include' in choice || before.has(id)) && !needed.includes(id);
  const named = 'exclude' in choice ? [...meant.fields] : [];
  return new Set([...named, ...fields.map(({ id }) => id).filter(isOut)]);
}

/** Ids of the fields that a column reads. */
const fieldsIn = (stream: Stream, column: string, at: string): readonly string[] =>
  pathsOf(stream, column).flatMap((path) => (path.startsWith(`${at}.`) ? [fieldOf(path, at)] : []));

/** The column without its ways into left-out fields; null when none is left. */
function withoutFieldPaths(
  name: string,
  column: ColumnDecl,
  at: string,
  excluded: ReadonlySet<string>,
): ColumnDecl | null {
  const paths = [column.from ?? name].flat();
  const left = paths.filter((path) => !(path.startsWith(`${at}.`) && excluded.has(fieldOf(path, at))));
  if (left.length === paths.length) return column;
  return left.length === 0 ? null : { ...column, from: left };
}

const fieldOf = (path: string, at: string) => path.slice(at.length + 1).split(/[.[]/)[0] ?? '';

/** Only a request for all fields would bring the ones left out. */
function askingWithout(route: Route, ask: string, excluded: ReadonlySet<string>): Route {
  const [part, name] = [ask.slice(0, ask.indexOf('.')) as 'body' | 'query', ask.slice(ask.indexOf('.') + 1)];
  const list = route[part]?.[name];
  if (!Array.isArray(list) || !list.includes('*all')) return route;
  const minus = [...excluded].map((id) => `-${id}`).filter((word) => !list.includes(word));
  return { ...route, [part]: { ...route[part], [name]: [...list, ...minus] } };
}
