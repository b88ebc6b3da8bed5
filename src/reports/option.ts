/** An option of a report as data: the command line makes a flag of it, `serve` a parameter, OpenAPI a description. */

interface OptionBase {
  /** As the flag is called, without dashes: `more-fields`. */
  readonly name: string;
  readonly about: string;
  /** In an address it means something else: no process ends with an exit code there. */
  readonly aboutParameter?: string;
  /** Names a file of this machine, which nobody may do from another one. */
  readonly isFile?: true;
  /** Makes the connector ask a site. */
  readonly asksSite?: true;
}

export type ReportOption = OptionBase &
  (
    | { readonly kind: 'text' | 'day' | 'seconds'; readonly value: string; readonly usual?: string }
    /** Given as often as one likes; of `names` several may share a comma-separated list. */
    | { readonly kind: 'texts' | 'names'; readonly value: string }
    | { readonly kind: 'choice'; readonly value: string; readonly choices: readonly string[]; readonly usual?: string }
    | {
        readonly kind: 'whole';
        readonly value: string;
        readonly least: number;
        readonly most?: number;
        readonly usual?: number;
      }
    /** Said, or not. */
    | { readonly kind: 'yes' }
  );

/** `more-fields` -> `moreFields`. */
export const memberOf = ({ name }: Pick<OptionBase, 'name'>): string =>
  name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
