/** Things that hang on issues (comments, worklogs, histories): made from the seed when asked for, with edits laid over them. */

export interface Child {
  readonly id: number;
  /** Place of the issue. */
  readonly issue: number;
}

/** What an app keeps on a comment or a worklog. */
export interface EntityProperty {
  readonly key: string;
  readonly value: unknown;
}

export interface ChildSource<T extends Child> {
  readonly firstId: number;
  /** Running totals per issue of what the seed makes (see IssueTable). */
  readonly before: () => Int32Array;
  /** All that the seed makes for an issue, in order of creation; `ids` start at `firstId`. */
  readonly make: (issue: number, firstId: number, count: number) => T[];
}

export class Children<T extends Child> {
  private readonly added = new Map<number, T[]>();
  private readonly addedById = new Map<number, T>();
  /** Replacement of a made one, or null where it was removed. */
  private readonly changed = new Map<number, T | null>();
  private readonly removedOf = new Map<number, number>();
  /** Issues made from the seed; rows appended later have no children from it. */
  private readonly madeIssues: number;
  private readonly firstAddedId: number;
  private next: number;

  constructor(private readonly source: ChildSource<T>) {
    const before = source.before();
    this.madeIssues = before.length - 1;
    this.firstAddedId = source.firstId + (before[this.madeIssues] ?? 0);
    this.next = this.firstAddedId;
  }

  countOf(issue: number): number {
    return this.madeCount(issue) + (this.added.get(issue)?.length ?? 0) - (this.removedOf.get(issue) ?? 0);
  }

  /** Those that exist now, oldest first. */
  of(issue: number): T[] {
    const count = this.madeCount(issue);
    const made =
      count === 0 ? [] : this.source.make(issue, this.source.firstId + (this.source.before()[issue] ?? 0), count);
    const kept = this.changed.size === 0 ? made : made.flatMap((child) => this.current(child));
    return [...kept, ...(this.added.get(issue) ?? [])];
  }

  get(id: number): T | undefined {
    if (id >= this.firstAddedId) return this.addedById.get(id);
    const changed = this.changed.get(id);
    if (changed !== undefined) return changed ?? undefined;
    const issue = this.issueOf(id);
    return issue === undefined ? undefined : this.of(issue).find((child) => child.id === id);
  }

  /** Whether one made from the seed is as it was made. */
  isUntouched(id: number): boolean {
    return !this.changed.has(id);
  }

  /** All that were added or replaced and still exist. */
  *edited(): Iterable<T> {
    yield* this.addedById.values();
    for (const child of this.changed.values()) if (child !== null) yield child;
  }

  newId(): number {
    this.next += 1;
    return this.next - 1;
  }

  add(child: T): void {
    this.added.set(child.issue, [...(this.added.get(child.issue) ?? []), child]);
    this.addedById.set(child.id, child);
  }

  replace(child: T): void {
    if (child.id < this.firstAddedId) this.changed.set(child.id, child);
    else {
      this.addedById.set(child.id, child);
      const others = this.added.get(child.issue) ?? [];
      this.added.set(
        child.issue,
        others.map((other) => (other.id === child.id ? child : other)),
      );
    }
  }

  remove(child: T): void {
    if (child.id < this.firstAddedId) {
      this.changed.set(child.id, null);
      this.removedOf.set(child.issue, (this.removedOf.get(child.issue) ?? 0) + 1);
      return;
    }
    this.addedById.delete(child.id);
    const others = this.added.get(child.issue) ?? [];
    this.added.set(
      child.issue,
      others.filter((other) => other.id !== child.id),
    );
  }

  private current(made: T): T[] {
    const changed = this.changed.get(made.id);
    if (changed === undefined) return [made];
    return changed === null ? [] : [changed];
  }

  private madeCount(issue: number): number {
    const before = this.source.before();
    return (before[issue + 1] ?? 0) - (before[issue] ?? 0);
  }

  /** The issue of a made child: the last one whose running total is not above its number. */
  private issueOf(id: number): number | undefined {
    const number = id - this.source.firstId;
    if (number < 0 || id >= this.firstAddedId) return undefined;
    const before = this.source.before();
    let low = 0;
    let high = this.madeIssues;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((before[middle] ?? 0) <= number) low = middle;
      else high = middle;
    }
    return low;
  }
}
