/** Which beginnings of names to ask for where a list is cut off at a size: those of known names first, then all letters and digits. */

const LETTERS_AND_DIGITS = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
/** Whoever has so many names alike at the beginning is not taken apart further. */
const LONGEST = 40;

export class Prefixes {
  /** Wanted and not asked for yet; true: a known name begins like that. */
  readonly #wanted = new Map<string, boolean>();
  /** Asked for, or wanted. */
  readonly #met = new Set<string>();
  /** Whose answer was cut off. */
  readonly #cut = new Set<string>();
  #tooLong = false;

  /** The next one to ask for; undefined when all were. */
  next(): string | undefined {
    const all = [...this.#wanted];
    const [found] = all.find(([, likely]) => likely) ?? all[0] ?? [];
    if (found !== undefined) this.#wanted.delete(found);
    return found;
  }

  /** The answer for this one was cut off: every way to go on from it is to be asked for. @param names all known ones */
  cutOff(prefix: string, names: Iterable<string>): void {
    if (prefix.length >= LONGEST) {
      this.#tooLong = true;
      return;
    }
    this.#cut.add(prefix);
    this.learn(names);
    for (const letter of LETTERS_AND_DIGITS) this.#want(prefix + letter, false);
  }

  /** Names that were met: in other scripts they begin with what nobody could guess. */
  learn(names: Iterable<string>): void {
    for (const name of names) {
      let prefix = '';
      for (const letter of name.toLowerCase()) {
        if (!this.#cut.has(prefix)) break;
        prefix += letter;
        this.#want(prefix, true);
      }
    }
  }

  /** Whether nothing is left to ask for, and nothing was given up. */
  get exhausted(): boolean {
    return this.#wanted.size === 0 && !this.#tooLong;
  }

  #want(prefix: string, likely: boolean): void {
    if (this.#wanted.has(prefix)) this.#wanted.set(prefix, likely || this.#wanted.get(prefix) === true);
    else if (!this.#met.has(prefix)) this.#wanted.set(prefix, likely);
    this.#met.add(prefix);
  }
}

/** Requests that a cut list may cost beyond its first answer. */
export const MOST_FOR_PREFIXES = 200;
