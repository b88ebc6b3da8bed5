/** Rules of what a stream file says of its parents: the columns that it names are there, and are of the kind that it needs. */
import { didYouMean } from '../../core/yaml-file.js';
import type { ParentDecl } from './parent-words.js';
import type { Stream } from './registry.js';

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
