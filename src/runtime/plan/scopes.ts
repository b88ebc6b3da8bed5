/** What tables were read under, as their states keep it, and which of it holds which other: projects by id, since keys change. */
import { createHash } from 'node:crypto';

export interface Project {
  readonly id: string;
  readonly key: string;
}

/** A project of a scope that tables were read under: a row of the table `_projects`. */
export interface ScopedProject extends Project {
  /** As in the state of those tables. */
  readonly scope: string;
}

/** Remembers the projects behind the digests in states. */
export interface ScopeStore {
  load(): Promise<readonly ScopedProject[]>;
  keep(projects: readonly ScopedProject[]): Promise<void>;
}

/** Nothing is remembered: for runs that write nothing. */
export const NO_SCOPES: ScopeStore = { load: async () => [], keep: async () => undefined };

/** The conjunct that selects all issues of all projects. */
export const EVERYTHING = 'project is not EMPTY';

/** A state has room for 4 KB, and scopes stand in it twice. */
const LONGEST = 500;
const digestOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** A query as states keep it. */
export const textOfQuery = (query: string): string => (query.length > LONGEST ? `query ${digestOf(query)}` : query);

/** Projects as states keep them. Their keys count: a table read under other keys has those in its rows. */
export function textOfProjects(projects: readonly Project[]): string {
  const lines = projects.map(({ id, key }) => `${id} ${key}`).sort();
  return `projects ${digestOf(lines.join('\n'))}`;
}

export class Scopes {
  readonly #projects = new Map<string, Map<string, string>>();

  /**
   * @param kept what `_projects` has, and the present projects
   * @param named ids by any name the present projects have or had: before there were digests, states named projects by their keys
   */
  constructor(
    kept: readonly ScopedProject[] = [],
    private readonly named: ReadonlyMap<string, string> = new Map(),
  ) {
    for (const { scope, id, key } of kept) {
      const projects = this.#projects.get(scope) ?? new Map<string, string>();
      this.#projects.set(scope, projects.set(id, key));
    }
  }

  /** Whether both select the same. */
  same(a: string, b: string): boolean {
    return textOfQuery(a) === textOfQuery(b) || (this.#holds(a, b) && this.#holds(b, a));
  }

  /** True when `a` surely holds everything of `b`: the same, everything, or more projects. */
  covers(a: string, b: string): boolean {
    return a === EVERYTHING || textOfQuery(a) === textOfQuery(b) || this.#holds(a, b);
  }

  /** Ids of projects that both scopes hold and whose key is another one now. */
  renamed(before: string, now: string): readonly string[] {
    const [old, present] = [this.#projectsOf(before), this.#projectsOf(now)];
    return [...(old ?? [])].flatMap(([id, key]) => (present?.has(id) && present.get(id) !== key ? [id] : []));
  }

  /** What the state of a table names: a new key of a project only at the end, when all of its issues were read again. */
  readUnder(before: string | undefined, now: string, ended: boolean): string {
    return !ended && before !== undefined && this.same(before, now) ? before : now;
  }

  #holds(a: string, b: string): boolean {
    const [more, fewer] = [this.#projectsOf(a), this.#projectsOf(b)];
    return more !== null && fewer !== null && [...fewer.keys()].every((id) => more.has(id));
  }

  /** Key by id; null for a scope that is no list of projects, or one that nobody remembers. */
  #projectsOf(scope: string): ReadonlyMap<string, string> | null {
    const kept = this.#projects.get(scope);
    if (kept) return kept;
    const keys = /^project in \((.*)\)$/.exec(scope)?.[1]?.match(/[^",\s]+/g);
    // A key that names none of the present projects stands for itself: it is not among them.
    return keys ? new Map(keys.map((key) => [this.named.get(key.toUpperCase()) ?? `key ${key}`, key])) : null;
  }
}
