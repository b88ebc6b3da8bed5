/** What a site's list of fields and the settings make of a registry: columns for custom fields, and fields that are left out. */
import { ConnectorError } from '../../core/errors.js';
import { own } from '../../core/json-path.js';
import { didYouMean } from '../../core/yaml-file.js';
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

/**
 * The fields that the settings leave out, by id. A name stands for every field of that name; an id that the site does not list
 * (a field this account does not see today) stands for itself.
 * @throws ConnectorError kind `usage` for a name that no field has: what it was to keep out would be read.
 */
export function excludedIds(fields: readonly SiteField[], wanted: readonly string[]): ReadonlySet<string> {
  return new Set(
    wanted.flatMap((word) => {
      const found = fields.filter(({ id, name }) => id === word || name === word).map(({ id }) => id);
      if (found.length > 0) return found;
      if (ID.test(word)) return [word];
      const names = fields.flatMap(({ id, name }) => [id, name]);
      throw new ConnectorError(
        'usage',
        `fields.exclude: the site has no field \`${word}\`.${didYouMean(word, names)} Give its id or its exact display name; the table \`fields\` and GET /rest/api/3/field list them.`,
      );
    }),
  );
}

/** The registry as this site and these settings want it; streams without `custom_fields` stay as they are. */
export function withSiteFields(
  registry: Registry,
  fields: readonly SiteField[],
  excluded: ReadonlySet<string>,
): Registry {
  return makeRegistry(
    [...registry.streams.values()].map((stream) =>
      stream.custom_fields ? streamOfSite(stream, stream.custom_fields, fields, excluded) : stream,
    ),
  );
}

function streamOfSite(
  stream: Stream,
  declared: CustomFields,
  fields: readonly SiteField[],
  excluded: ReadonlySet<string>,
): Stream {
  const needed = declared.needed.find((id) => excluded.has(id));
  if (needed !== undefined)
    throw new ConnectorError(
      'usage',
      `fields.exclude: ${stream.stream} cannot be read without the field \`${needed}\`.`,
    );
  const declaredColumns = Object.fromEntries(
    Object.entries(stream.columns).flatMap(([name, column]) => {
      const left = withoutPaths(name, column, declared.at, excluded);
      return left ? [[name, left]] : [];
    }),
  );
  const custom = fields
    .filter(({ id }) => !excluded.has(id))
    .sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }))
    .map((field) => customFieldColumns(field, declared.at));
  return {
    ...stream,
    columns: Object.assign({}, declaredColumns, ...custom),
    routes: stream.routes.map((route) => askingWithout(route, declared.ask, excluded)),
  };
}

/** The column without its ways into left-out fields; null when none is left. */
function withoutPaths(name: string, column: ColumnDecl, at: string, excluded: ReadonlySet<string>): ColumnDecl | null {
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
