/** Dotted paths into JSON: `fields.status.name`, `values[]`, `permissions.*`, `$`. No I/O, no expressions. */

export interface Step {
  /** Key to follow; `*` follows every value of a map; empty for a path that starts with `[]`. */
  readonly key: string;
  /** Then each element of the array found there. */
  readonly each: boolean;
}

const parsed = new Map<string, readonly Step[]>();

export function stepsOf(path: string): readonly Step[] {
  let steps = parsed.get(path);
  if (!steps) {
    steps =
      path === '$'
        ? []
        : path
            .split('.')
            .map((part) => (part.endsWith('[]') ? { key: part.slice(0, -2), each: true } : { key: part, each: false }));
    parsed.set(path, steps);
  }
  return steps;
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value under an own key; never one inherited from a prototype (`toString` is a real key in changelogs). */
export function own(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The value at a path; with `[]` an array of what each element holds (absent ones left out). Undefined when the way is not there. */
export function valueAt(root: unknown, path: string): unknown {
  return follow(root, stepsOf(path), 0);
}

/** `valueAt` for one path and many records: most paths have no list on their way, and need no more than a few looks. */
export function readerOf(path: string): (root: unknown) => unknown {
  const steps = stepsOf(path);
  if (steps.some(({ each, key }) => each || key === '' || key in Object.prototype))
    return (root) => follow(root, steps, 0);
  const keys = steps.map(({ key }) => key);
  return (root) => {
    let value = root;
    for (const key of keys) {
      if (!isObject(value)) return undefined;
      // Not a name that prototypes have: what is found is the object's own.
      value = value[key];
    }
    return value;
  };
}

function follow(value: unknown, steps: readonly Step[], index: number): unknown {
  const step = steps[index];
  if (!step) return value;
  const next = step.key === '' ? value : own(value, step.key);
  if (!step.each) return follow(next, steps, index + 1);
  if (!Array.isArray(next)) return next === null ? null : undefined;
  if (index === steps.length - 1) return next;
  return next
    .map((element) => follow(element, steps, index + 1))
    .filter((element) => element !== undefined && element !== null);
}

/** One record of an answer with the values of the levels above it. */
export interface Located {
  readonly record: unknown;
  /** Carried values, by column. */
  readonly carried: Readonly<Record<string, unknown>>;
}

/** Undefined: the answer has nothing at `rows` (absent or null). An error text: something else than records is there. */
export type Extraction = readonly Located[] | undefined | string;

/**
 * The records of one answer.
 * @param carry column -> path whose `[]` steps are a prefix of those of `rows`; one that ends in `*` is the key under which the record stands.
 */
export function recordsAt(answer: unknown, rows: string, carry: Readonly<Record<string, string>> = {}): Extraction {
  const steps = stepsOf(rows);
  const carries = Object.entries(carry).map(([column, path]) => ({ column, steps: stepsOf(path) }));
  const found: Located[] = [];
  const problem = descend(answer, steps, 0, '', {});
  if (problem === 'absent') return undefined;
  return problem ?? found;

  function descend(
    value: unknown,
    rest: readonly Step[],
    index: number,
    prefix: string,
    carried: Readonly<Record<string, unknown>>,
  ): string | undefined {
    const here = { ...carried };
    for (const { column, steps: way } of carries) {
      // The key of a map is taken where the map is.
      if (way.at(-1)?.key === '*' || way.slice(0, index).map(text).join('.') !== prefix) continue;
      const rest = way.slice(index);
      if (rest.every((step) => !step.each)) here[column] = follow(value, rest, 0);
    }
    const step = rest[0];
    if (!step) {
      found.push({ record: value, carried: here });
      return undefined;
    }
    const way = prefix === '' ? text(step) : `${prefix}.${text(step)}`;
    if (step.key === '*') {
      if (!isObject(value))
        return value === undefined || value === null ? 'absent' : `expected a map at \`${rows}\`, got ${kindOf(value)}`;
      const named = carries.filter(({ steps: own }) => own.length === index + 1 && own.map(text).join('.') === way);
      for (const key of Object.keys(value)) {
        const keys = Object.fromEntries(named.map(({ column }) => [column, key]));
        const problem = descend(value[key], rest.slice(1), index + 1, way, { ...here, ...keys });
        if (problem !== undefined && problem !== 'absent') return problem;
      }
      return undefined;
    }
    const next = step.key === '' ? value : own(value, step.key);
    if (!step.each)
      return next === undefined || next === null ? 'absent' : descend(next, rest.slice(1), index + 1, way, here);
    if (next === undefined || next === null) return 'absent';
    if (!Array.isArray(next)) return `expected a list at \`${rows}\`, got ${kindOf(next)}`;
    for (const element of next) {
      const problem = descend(element, rest.slice(1), index + 1, way, here);
      // An outer element without inner records (an issue without history) is no problem; a wrong shape is.
      if (problem !== undefined && problem !== 'absent') return problem;
    }
    return undefined;
  }
}

const text = (step: Step) => (step.each ? `${step.key}[]` : step.key);

export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
