/** Records of one stream by their ids into its table, with the rows of others that come inside them: read at once, whatever the bookmarks say. */
import type { Row, TableWriter } from '../../contract/table.js';
import { chunks } from '../../core/chunks.js';
import { ConnectorError } from '../../core/errors.js';
import type { Located } from '../../core/json-path.js';
import type { HttpClient } from '../../http/client.js';
import type { SiteView } from '../probe/site-view.js';
import { readByIds } from '../requests/ask-by-ids.js';
import { claimedPath, inlineRows, withAsks } from '../requests/inside.js';
import type { PagedRequest } from '../requests/read-pages.js';
import { keyOf } from '../requests/record-key.js';
import { routeOf } from '../requests/routes.js';
import { compileShaper } from '../rows/shape.js';
import { parentOf, type Stream } from '../streams/registry.js';
import type { Route } from '../streams/stream-file.js';
import { boundValues } from './parents.js';

export interface OpenTable {
  readonly stream: Stream;
  readonly table: TableWriter;
}

export interface ByIdsSetting {
  readonly client: HttpClient;
  /** Whom the requests are counted for. */
  readonly label: string;
  readonly cleanerOf: SiteView['cleanerOf'];
  /** Keys of pure links, left out of `_extra`. */
  readonly links: ReadonlySet<string>;
  /** Whether a record belongs to what the settings select; not asked of those that the table has. */
  readonly isSelected: (record: unknown) => boolean;
}

interface Child extends OpenTable {
  readonly route: Route;
}

/**
 * Nothing is committed. Ids that the site does not show are left out.
 * @param inside tables of streams whose rows come inside the records
 * @returns how many lists inside were longer than a record shows; these are left as they were
 */
export async function readIntoTables(
  parents: OpenTable,
  inside: readonly OpenTable[],
  ids: readonly string[],
  setting: ByIdsSetting,
): Promise<number> {
  const children = inside.flatMap((open): readonly Child[] => {
    const route = open.stream.routes.find((one) => one.inside?.total !== undefined);
    return route ? [{ ...open, route }] : [];
  });
  const route = routeOf(parents.stream, parents.stream.census?.read ?? '');
  const routes = children.map((child) => child.route);
  const asked = { ...(withAsks(route, routes) as PagedRequest), batch: route.batch };
  const claimed = routes.map(claimedPath);
  let tooLong = 0;
  for (const some of chunks(ids, route.batch?.max ?? 1)) {
    const records = await readByIds({ client: setting.client, values: {} }, setting.label, asked, some);
    const kept = await wantedOf(parents, route, records, some, setting);
    const located = kept.map((record) => ({ record, carried: {} }));
    const rows = shaped(parents, route, located, claimed, setting);
    await parents.table.write(rows);
    for (const child of children)
      for (const [at, record] of kept.entries()) {
        const found = inlineRows(child.route, record);
        if (found === null) tooLong += 1;
        else {
          const bound = boundValues(parentOf(child.stream, child.route) ?? null, rows[at] ?? {});
          await child.table.write(shaped(child, child.route, found, [], setting, bound));
        }
      }
  }
  return tooLong;
}

/** Of records that the table never had, only those that the settings select. */
async function wantedOf(
  { stream, table }: OpenTable,
  route: Route,
  records: readonly Located[],
  ids: readonly string[],
  { isSelected }: ByIdsSetting,
): Promise<readonly unknown[]> {
  const [key = ''] = stream.primary_key;
  const known = await table.rows({ columns: [key], where: { column: key, in: ids } });
  const live = new Set(known.map((row) => String(row[key])));
  const isLive = (record: unknown) => live.has(keyOf(stream, route, record));
  return records.map(({ record }) => record).filter((record) => isLive(record) || isSelected(record));
}

function shaped(
  { stream, table }: OpenTable,
  route: Route,
  records: readonly Located[],
  claimed: readonly string[],
  { cleanerOf, links }: ByIdsSetting,
  bound: Readonly<Record<string, unknown>> = {},
): readonly Row[] {
  const aside = { has: (column: string) => table.conflicts.includes(column) };
  const shaper = compileShaper(stream, route, { links, claimed, aside });
  const clean = cleanerOf(stream);
  return records.map(({ record, carried }) => {
    const one = shaper.shape(clean ? clean(record, () => undefined) : record, { ...bound, ...carried });
    if ('reject' in one) throw new ConnectorError('failed', `${stream.stream}: ${one.reject}.`);
    return one.row;
  });
}
