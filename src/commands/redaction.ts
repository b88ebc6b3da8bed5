/** The net between everything a command says and the terminal: values of secrets are taken out, whatever brought them there (I9). */
export class Redaction {
  readonly #filters: ((text: string) => string)[] = [];

  /** From now on this filter is applied, too. */
  add(filter: (text: string) => string): void {
    this.#filters.push(filter);
  }

  apply(text: string): string {
    return this.#filters.reduce((rest, filter) => filter(rest), text);
  }
}
