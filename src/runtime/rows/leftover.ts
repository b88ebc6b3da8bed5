/** What no column took of a record: nothing that came is lost. */
import { stepsOf } from '../../core/json-path.js';

/** Which slots take what stands at a place of a record. */
export interface Place {
  readonly children: Map<string, Place>;
  each: Place | null;
  readonly owners: { readonly slot: number; readonly alternative: number }[];
  /** Another stream reads what stands here. */
  claimed: boolean;
}

/** What the slots took: by slot, the alternative path that gave the value (-1: none did), and what stays of that value. */
export interface Taken {
  readonly chosen: readonly number[];
  readonly left: readonly unknown[];
}

export const newPlace = (): Place => ({ children: new Map(), each: null, owners: [], claimed: false });

export function placeAt(tree: Place, path: string): Place {
  let place = tree;
  for (const [index, step] of stepsOf(path).entries()) {
    if (step.key !== '') {
      const child = place.children.get(step.key) ?? newPlace();
      place.children.set(step.key, child);
      place = child;
    }
    const last = index === stepsOf(path).length - 1;
    // `a[]` at the end names the list itself; `a[].b` goes into its elements.
    if (step.each && !last) {
      place.each ??= newPlace();
      place = place.each;
    }
  }
  return place;
}

/**
 * Undefined when nothing is left. Nulls and pure links are no information.
 * @param links keys that are left out at every level
 */
export function leftover(value: unknown, place: Place | undefined, links: ReadonlySet<string>, taken: Taken): unknown {
  if (value === null || value === undefined) return undefined;
  if (place !== undefined) {
    if (place.claimed) return undefined;
    for (const { slot, alternative } of place.owners) if (taken.chosen[slot] === alternative) return taken.left[slot];
  }
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return leftoverList(value, place, links, taken);
  return leftoverMembers(value as Readonly<Record<string, unknown>>, place, links, taken);
}

function leftoverMembers(
  value: Readonly<Record<string, unknown>>,
  place: Place | undefined,
  links: ReadonlySet<string>,
  taken: Taken,
): unknown {
  const keys = Object.keys(value);
  // An empty object that nobody knows is a value of its own.
  if (keys.length === 0) return place === undefined ? {} : undefined;
  let left: Record<string, unknown> | undefined;
  for (const key of keys) {
    if (links.has(key)) continue;
    const rest = leftover(value[key], place?.children.get(key), links, taken);
    if (rest === undefined) continue;
    left ??= {};
    setOwn(left, key, rest);
  }
  return left;
}

/** Assigning to this one name would set the prototype. */
function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

function leftoverList(
  value: readonly unknown[],
  place: Place | undefined,
  links: ReadonlySet<string>,
  taken: Taken,
): unknown {
  const rest = value.map((element) => leftover(element, place?.each ?? undefined, links, taken));
  if (place?.each && rest.every((element) => element === undefined)) return undefined;
  return rest.map((element) => element ?? null);
}
