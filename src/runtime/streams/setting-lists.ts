/** Lists of the settings in the requests of stream files: put in once, so that nothing later has to ask what the settings say. */
import { ConnectorError } from '../../core/errors.js';
import { isObject } from '../../core/json-path.js';
import { makeRegistry, placeholdersIn, type Registry, type Stream } from './registry.js';
import { SETTING_LISTS, type SettingList } from './stream-file.js';

export type SettingLists = Readonly<Partial<Record<SettingList, readonly string[]>>>;

/** The lists that a stream asks for. */
function listsOf(stream: Stream): readonly SettingList[] {
  const words = placeholdersIn(JSON.stringify(stream.routes));
  return SETTING_LISTS.filter((list) => words.includes(list));
}

/** @throws ConnectorError kind `usage` when one of the streams asks for a list that the settings do not have */
export function withSettingLists(registry: Registry, streams: readonly string[], lists: SettingLists): Registry {
  const lacking = streams.flatMap((name) => listsOf(registry.get(name)).map((list) => ({ name, list })));
  for (const { name, list } of lacking)
    if (!lists[list]?.length)
      throw new ConnectorError(
        'usage',
        `The stream ${name} reads what the setting \`${list}\` names, and it names nothing. Add \`${list}: [KEY, …]\` to the connection, or leave the stream out.`,
      );
  return makeRegistry([...registry.streams.values()].map((stream) => filled(stream, lists)));
}

function filled(stream: Stream, lists: SettingLists): Stream {
  const used = listsOf(stream).filter((list) => lists[list]?.length);
  if (used.length === 0) return stream;
  const fits = ({ takes = {} }: Stream['routes'][number]) =>
    used.every((list) => (lists[list]?.length ?? 0) <= (takes[list] ?? Number.POSITIVE_INFINITY));
  const routes = stream.routes.filter(fits).map((route) => fill(route, lists) as typeof route);
  const asked = used.map((list) => `${list}=${[...(lists[list] ?? [])].sort().join()}`).join('&');
  return { ...stream, asked, routes };
}

/** A placeholder alone becomes a list, but in a query: there the words are joined by commas. */
function fill(value: unknown, lists: SettingLists, inQuery = false): unknown {
  if (typeof value === 'string') {
    const list = SETTING_LISTS.find((one) => value === `{${one}}`);
    const words = list && lists[list];
    return words ? (inQuery ? words.join(',') : [...words]) : value;
  }
  if (Array.isArray(value)) return value.flatMap((element) => fill(element, lists));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, fill(one, lists, inQuery || key === 'query')]),
  );
}
