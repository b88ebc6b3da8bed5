/** `tables:` of a connection: how rows of a stream's table lie in its files, checked against the stream's columns. */
import { didYouMean } from '../../core/yaml-file.js';
import type { Registry } from '../../runtime/streams/registry.js';
import type { LayoutSettings } from '../../writers/iceberg/layout.js';
import type { ConnectionSettings } from './settings.js';
import { TABLE_PROPERTIES, wrongProperty } from './table-properties.js';

type Tables = NonNullable<ConnectionSettings['tables']>;
type Table = Tables[string];

/** Names of columns that tables may be sorted by, for each stream. */
export type SortColumns = ReadonlyMap<string, readonly string[]>;

/** Columns that only a site knows of (custom fields) are not among them: settings are checked before it is asked. */
const SORTABLE: ReadonlySet<string> = new Set(['id', 'string', 'boolean', 'int', 'long', 'date', 'timestamptz']);

export function sortColumnsOf({ streams }: Pick<Registry, 'streams'>): SortColumns {
  const columnsOf = ({ columns }: { readonly columns: Readonly<Record<string, { readonly type: string }>> }) =>
    Object.entries(columns).flatMap(([name, { type }]) => (SORTABLE.has(type) ? [name] : []));
  return new Map([...streams].map(([name, stream]) => [name, [...columnsOf(stream), '_synced_at']]));
}

/** @param at the place of a path below `tables:`. @returns one line per mistake */
export function checkTables(
  tables: Tables = {},
  columns: SortColumns | undefined,
  at: (...path: PropertyKey[]) => string,
): string[] {
  return Object.entries(tables).flatMap(([stream, table]) => [
    ...wrongColumns(table, columns?.get(stream), (index) => at(stream, 'sort', index)),
    ...Object.entries(table.properties ?? {}).flatMap(([name, value]) => {
      const wrong = wrongProperty(name, String(value));
      const hint = wrong?.startsWith('is no') ? didYouMean(name, TABLE_PROPERTIES) : '';
      return wrong === null ? [] : [`${at(stream, 'properties', name)}: \`${name}\` ${wrong}.${hint}`];
    }),
  ]);
}

function wrongColumns({ sort = [] }: Table, known: readonly string[] | undefined, at: (index: number) => string) {
  return sort.flatMap((name, index) => {
    if (sort.indexOf(name) < index) return [`${at(index)}: \`${name}\` is named twice.`];
    if (!known || known.includes(name)) return [];
    return [`${at(index)}: the table cannot be sorted by \`${name}\`.${didYouMean(name, known)}`];
  });
}

export function layoutsOf(tables: Tables = {}): Readonly<Record<string, LayoutSettings>> {
  return Object.fromEntries(
    Object.entries(tables).map(([stream, { sort, target_file_size: size, properties = {} }]) => [
      stream,
      {
        sort,
        targetFileSize: size === undefined ? undefined : bytesOf(size),
        properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, String(value)])),
      },
    ]),
  );
}

/** `64MB`, `1GB` */
function bytesOf(size: string): number {
  return Number.parseInt(size, 10) * 1024 ** (size.endsWith('GB') ? 3 : 2);
}
