/** Records without what stands at some paths, or with nothing else than that. */
import { isObject, type Step, stepsOf } from '../../core/json-path.js';

type Paths = readonly (readonly Step[])[];

const parsed = (paths: readonly string[]): Paths => paths.map(stepsOf);

/** @param keep what stays although it lies at, in or around one of the paths */
export function withoutPaths(drop: readonly string[], keep: readonly string[]): (record: unknown) => unknown {
  const [dropped, kept] = [parsed(drop), parsed(keep)];
  return (record) => cut(record, dropped, kept);
}

export function onlyPaths(keep: readonly string[]): (record: unknown) => unknown {
  const kept = parsed(keep);
  return (record) => (isObject(record) ? (cut(record, [[]], kept) ?? {}) : record);
}

const CUT = [[]] as const;

/** Undefined when nothing stays. */
function cut(value: unknown, drop: Paths, keep: Paths): unknown {
  if (drop.length === 0 || keep.some(endsHere)) return value;
  const all = drop.some(endsHere);
  if (all && keep.length === 0) return undefined;
  if (!isObject(value)) return all ? undefined : value;
  const members = Object.entries(value).flatMap(([key, member]) => {
    const [out, stay] = [all ? CUT : below(drop, key), below(keep, key)];
    const each = [...out, ...stay].some((path) => path[0] === EACH);
    const left = each && Array.isArray(member) ? cutList(member, out, stay) : cut(member, plain(out), plain(stay));
    return left === undefined && member !== undefined ? [] : [[key, left] as const];
  });
  return all && members.length === 0 ? undefined : Object.fromEntries(members);
}

function cutList(list: readonly unknown[], drop: Paths, keep: Paths): unknown {
  if (plain(keep).some(endsHere)) return list;
  if (plain(drop).some(endsHere) && keep.length === 0) return undefined;
  const whole = plain(drop).some(endsHere);
  return list.map((element) => cut(element, whole ? CUT : inEach(drop), inEach(keep)) ?? null);
}

const EACH: Step = { key: '', each: true };
const endsHere = (path: readonly Step[]) => path.length === 0;

/** The rest of each path that goes through this key; `a[]` at the end names the list itself. */
function below(paths: Paths, key: string): Paths {
  return paths.flatMap(([first, ...rest]) => {
    if (first?.key !== key) return [];
    return [first.each && rest.length > 0 ? [EACH, ...rest] : rest];
  });
}

const inEach = (paths: Paths): Paths => paths.flatMap(([first, ...rest]) => (first === EACH ? [rest] : []));
const plain = (paths: Paths): Paths => paths.filter(([first]) => first !== EACH);
