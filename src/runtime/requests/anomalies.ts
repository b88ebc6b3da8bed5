/** What an answer says against itself, by its name in the report, and where rows are missing because of it (I13). */

/** `before`: of the page that says so or of earlier ones; `after`: what should have followed it; `none`: nothing is missing. */
export type Lack = 'before' | 'after' | 'none';

const LACKS = {
  'a token although isLast is true': 'none',
  'no token although isLast is false': 'after',
  'neither a token nor a last-page marker': 'after',
  'fewer records than announced': 'after',
  'isLast before the total was reached': 'after',
  'rows went away again and again while they were read': 'before',
  'ids without an answer': 'before',
  'as many records as the site gives at most': 'before',
} as const satisfies Readonly<Record<string, Lack>>;

export type Anomaly = keyof typeof LACKS;

/** The one contradiction that loses nothing: following one token too many only costs a request. */
export const HARMLESS: Anomaly = 'a token although isLast is true';

/** What came may be a part of the list: where nothing proves its end, the site gives no more than this. */
export const AT_CAP: Anomaly = 'as many records as the site gives at most';

/** The first of them that says rows are missing; null when none does. A name that is not known is taken for one. */
export function lackOf(
  anomalies: readonly string[],
): { readonly name: string; readonly where: Exclude<Lack, 'none'> } | null {
  for (const name of anomalies) {
    const where: Lack = Object.hasOwn(LACKS, name) ? LACKS[name as Anomaly] : 'before';
    if (where !== 'none') return { name, where };
  }
  return null;
}
