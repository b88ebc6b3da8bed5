/** Rules of what a stream file says of its parents: the columns that it names are there, and are of the kind that it needs. */
import { didYouMean, type YamlFile } from '../../core/yaml-file.js';
import type { ParentDecl } from './parent-words.js';
import type { Registry, Stream } from './registry.js';
import type { StreamFile } from './stream-file.js';

/** @param at where the parent is named, as file:line */
export function checkParent(parent: ParentDecl, target: Stream, at: string): readonly string[] {
  const columns = Object.keys(target.columns);
  const { bind, where = {}, since, query } = parent;
  const named = [...Object.values(bind), ...Object.keys(where), ...(since === undefined ? [] : [since])];
  const unknown = named
    .filter((path) => typeOf(target, path) === undefined)
    .map((path) => `${at}: \`${target.stream}\` has no column \`${path}\`.${didYouMean(path, columns)}`);
  if (unknown.length > 0) return unknown;
  const found = Object.entries(where)
    .filter(([path, condition]) => 'above' in condition && !/^(int|long|double)$/.test(typeOf(target, path) ?? ''))
    .map(([path]) => `${at}: \`${path}\` is ${typeOf(target, path)}; only a number is \`above\` another.`);
  if (since !== undefined && typeOf(target, since) !== 'timestamptz')
    found.push(`${at}: \`${since}\` is ${typeOf(target, since)}; \`since\` needs a timestamptz.`);
  if (query !== undefined && !JSON.stringify(target.routes).includes('{scope}'))
    found.push(`${at}: no request of \`${target.stream}\` has a {scope} that a \`query\` could be joined to.`);
  return found;
}

/** Parents at rest are told from others by their columns; who tells of them is there, with the columns that it is asked for. */
export function checkAtRest(stream: Stream, yaml: YamlFile<StreamFile>, registry: Registry): readonly string[] {
  const { at_rest: decl, parent } = stream;
  if (!decl) return [];
  const at = (...path: string[]) => yaml.at(['at_rest', ...path]);
  const above = parent && registry.streams.get(parent.stream);
  if (!above) return [`${at()}: only a stream with a \`parent\` has parents that are at rest.`];
  const { stream: name, column, keys } = decl.told_by;
  const teller = registry.streams.get(name);
  if (!teller)
    return [
      `${at('told_by', 'stream')}: there is no stream \`${name}\`.${didYouMean(name, [...registry.streams.keys()])}`,
    ];
  const missing = (of: Stream, path: string, columns: readonly string[]) =>
    columns
      .filter((one) => typeOf(of, one) === undefined)
      .map((one) => `${path}: \`${of.stream}\` has no column \`${one}\`.${didYouMean(one, Object.keys(of.columns))}`);
  return [
    ...missing(above, at('where'), Object.keys(decl.where)),
    ...missing(stream, at('told_by', 'column'), [column]),
    ...missing(teller, at('told_by', 'keys'), keys),
  ];
}

/** Of a column, or of `column[].member`; undefined: there is no such one. */
function typeOf({ columns }: Stream, path: string): string | undefined {
  const [name = '', member] = path.split('[].');
  const column = columns[name];
  return member === undefined
    ? column?.type
    : column?.type === 'list<struct>'
      ? column.members?.[member]?.type
      : undefined;
}
