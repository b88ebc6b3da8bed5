/** Rules of what a stream file says of deleted rows: the routes and columns it names are there. */
import { didYouMean, type YamlFile } from '../../core/yaml-file.js';
import type { Registry, Stream } from './registry.js';
import type { StreamFile } from './stream-file.js';

export function checkCensus(stream: Stream, yaml: YamlFile<StreamFile>): string[] {
  const { census, gone_with: goneWith } = stream;
  const columns = Object.keys(stream.columns);
  const asked = stream.routes.flatMap(({ name, request }) => (request === undefined ? [] : [name]));
  const named = [
    ...(['list', 'read', 'confirm'] as const).map((word) => [['census', word], census?.[word]] as const),
    [['gone_with', 'confirm'], goneWith?.confirm] as const,
  ];
  const routes = named.flatMap(([path, name]) =>
    name === undefined || asked.includes(name)
      ? []
      : [`${yaml.at(path)}: there is no route \`${name}\` with a request.${didYouMean(name, asked)}`],
  );
  const lists = (census?.named_in ?? []).flatMap((path, index) =>
    isThere(stream, path)
      ? []
      : [`${yaml.at(['census', 'named_in', index])}: \`${path}\` is no column.${didYouMean(path, columns)}`],
  );
  return [...routes, ...lists];
}

function isThere({ columns }: Stream, path: string): boolean {
  const [name = '', member] = path.split('[]');
  const column = columns[name];
  if (member === undefined) return column?.type === 'id' || column?.type === 'string';
  if (member === '') return column?.type === 'list<id>' || column?.type === 'list<string>';
  return column?.type === 'list<struct>' && column.members?.[member.slice(1)] !== undefined;
}

/** The stream whose rows take ours along, and its column with our key. */
export function checkGoneWith(stream: Stream, yaml: YamlFile<StreamFile>, registry: Registry): string[] {
  const { gone_with: decl } = stream;
  if (!decl) return [];
  if (decl.column !== undefined && stream.columns[decl.column] === undefined)
    return [
      `${yaml.at(['gone_with', 'column'])}: \`${decl.column}\` is no column.${didYouMean(decl.column, Object.keys(stream.columns))}`,
    ];
  const other = registry.streams.get(decl.stream);
  if (!other)
    return [
      `${yaml.at(['gone_with', 'stream'])}: there is no stream \`${decl.stream}\`.${didYouMean(decl.stream, [...registry.streams.keys()])}`,
    ];
  const theirs = Object.keys(other.columns);
  const ours = Object.keys(stream.columns);
  const missing = (path: readonly string[], word: string, of: Stream, columns: readonly string[]) =>
    columns.includes(word)
      ? []
      : [`${yaml.at(['gone_with', ...path])}: \`${of.stream}\` has no column \`${word}\`.${didYouMean(word, columns)}`];
  return [
    ...missing(['key'], decl.key, other, theirs),
    ...Object.entries(decl.from ?? {}).flatMap(([own, their]) => [
      ...missing(['from', own], own, stream, ours),
      ...missing(['from', own], their, other, theirs),
    ]),
  ];
}
