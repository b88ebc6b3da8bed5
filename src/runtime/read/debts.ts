/** The debts of one connection in one run: what was owed before, what is owed now, and when it must be durable. */
import { afterTry, type Debt, newDebt, type Owing, passed, type Trouble } from '../plan/debt-rules.js';

/** Where debts live between runs (the table `_owed`). */
export interface DebtStore {
  load(): Promise<readonly Debt[]>;
  /** Makes debts durable, and ends those that are settled, in one commit. */
  save(owed: readonly Debt[], settled: readonly Debt[]): Promise<void>;
}

/** Nothing is remembered: for runs that write nothing. */
export const NO_DEBTS: DebtStore = { load: async () => [], save: async () => undefined };

export class Debts {
  readonly #live = new Map<string, Debt>();
  /** Changed and not durable yet. */
  readonly #unsaved = new Map<string, Debt>();
  readonly #settled = new Map<string, Debt>();
  /** Tried, or read whole, in this run. */
  readonly #met = new Set<string>();

  constructor(
    known: readonly Debt[],
    private readonly store: DebtStore,
    /** Epoch milliseconds. */
    readonly now: number,
  ) {
    for (const debt of known) this.#live.set(keyOf(debt), debt);
  }

  /** Nobody owes anything: no need to look for it. */
  get none(): boolean {
    return this.#live.size === 0;
  }

  of(stream: string): readonly Debt[] {
    return [...this.#live.values()].filter((debt) => debt.stream === stream);
  }

  /** Those that this run has not met yet. */
  unmet(stream: string): readonly Debt[] {
    return this.of(stream).filter((debt) => !this.#met.has(keyOf(debt)));
  }

  find(stream: string, parent: string): Debt | undefined {
    return this.#live.get(keyOf({ stream, parent }));
  }

  /** One more attempt did not bring the rows. */
  tried(owing: Owing, trouble: Trouble): Debt {
    return this.#put(afterTry(this.#live.get(keyOf(owing)), owing, trouble, this.now), true);
  }

  /** The parent came into view, and nobody has asked for its rows yet. */
  owe(owing: Owing, reason: string): void {
    if (!this.#live.has(keyOf(owing))) this.#put(newDebt(owing, reason, this.now), false);
  }

  /** It waits for the site: not tried, and not its fault. */
  postpone(debt: Debt, reason: string): void {
    this.#put({ ...debt, waits: true, reason }, true);
  }

  hide(owing: Owing, trouble: Trouble): Debt {
    return this.#put({ ...this.tried(owing, trouble), state: 'hidden', pass: 0 }, true);
  }

  /** This run has looked at it, and nothing moved. */
  meet(stream: string, parent: string): void {
    this.#met.add(keyOf({ stream, parent }));
  }

  /** Its rows are all in the table, or will be with the next commit. */
  settle(stream: string, parent: string): void {
    const key = keyOf({ stream, parent });
    const debt = this.#live.get(key);
    // A site has a million parents that owe nothing: they are not remembered.
    if (!debt) return;
    this.#met.add(key);
    this.#live.delete(key);
    this.#unsaved.delete(key);
    this.#settled.set(key, debt);
  }

  /** All that the table of the stream covers was read: what this run did not meet is not there any more. */
  settleUnmet(stream: string): void {
    for (const { parent } of this.unmet(stream)) this.settle(stream, parent);
  }

  /** A run that did not try them brings the others nearer. */
  pass(stream: string): void {
    for (const debt of this.unmet(stream)) if (debt.pass > 0) this.#put(passed(debt), false);
  }

  /** Before a bookmark passes a parent that is owed, the debt is durable. */
  async keep(stream: string): Promise<void> {
    await this.#save(stream, []);
  }

  /** Those whose rows the next commit carries. */
  settledOf(stream: string): readonly Debt[] {
    return [...this.#settled.values()].filter((debt) => debt.stream === stream);
  }

  /** After the commit that carries their rows, these are ended: not what was settled, or owed anew, while it was under way. */
  async release(stream: string, carried: readonly Debt[]): Promise<void> {
    await this.#save(
      stream,
      carried.filter((debt) => this.#settled.get(keyOf(debt)) === debt),
    );
  }

  async #save(stream: string, settled: readonly Debt[]): Promise<void> {
    const owed = [...this.#unsaved.values()].filter((debt) => debt.stream === stream);
    if (owed.length === 0 && settled.length === 0) return;
    await this.store.save(owed, settled);
    for (const debt of owed) if (this.#unsaved.get(keyOf(debt)) === debt) this.#unsaved.delete(keyOf(debt));
    for (const debt of settled) this.#settled.delete(keyOf(debt));
  }

  #put(debt: Debt, met: boolean): Debt {
    const key = keyOf(debt);
    this.#live.set(key, debt);
    this.#unsaved.set(key, debt);
    this.#settled.delete(key);
    if (met) this.#met.add(key);
    return debt;
  }
}

const keyOf = ({ stream, parent }: Pick<Debt, 'stream' | 'parent'>) => `${stream} ${parent}`;
