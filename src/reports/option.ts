/** An option of a report as data: the command line makes a flag of it, `serve` a parameter, OpenAPI a description. */
import { ConnectorError } from '../core/errors.js';

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

/** An option that some reports, or some formats, alone can honour. */
export interface Bound<Of extends string> {
  readonly name: string;
  readonly of: readonly Of[];
  /** Why the others cannot. */
  readonly why: string;
}

/** @param given values by member. @throws ConnectorError kind `usage` for an option that was given and that none of those wanted can honour */
export function refuseUnfit<Of extends string>(
  bound: readonly Bound<Of>[],
  wanted: readonly Of[],
  given: Readonly<Record<string, unknown>>,
): void {
  const isGiven = (value: unknown) => value !== undefined && !(Array.isArray(value) && value.length === 0);
  for (const { name, why } of bound.filter((one) => isGiven(given[memberOf(one)]))) {
    const all = bound.filter((one) => one.name === name).flatMap(({ of }) => of);
    if (!wanted.some((one) => all.includes(one)))
      throw new ConnectorError('usage', `--${name} is for ${all.join(', ')}, not for ${wanted.join(', ')}: ${why}.`);
  }
}

/** A spreadsheet alone takes texts for formulas. */
export const RAW_CSV: Bound<'csv'> = {
  ...{ name: 'raw-csv', of: ['csv'] },
  why: 'it leaves out a sign that only rows of CSV have before texts',
};
