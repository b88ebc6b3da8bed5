/** Words of plots and tables: days, shares, names that are too long. */

const LABELS = 8;

/** At most eight, evenly. */
export function ticksOf(keys: readonly string[]): string[] {
  const step = Math.ceil(keys.length / LABELS);
  return keys.filter((_, index) => index % step === 0);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `3 Mar`, `Mar 2026`; anything else as it is. */
export function shortDay(key: string): string {
  const [, year = '', month = '', day] = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(key) ?? [];
  if (year === '') return key;
  const name = MONTHS[Number(month) - 1] ?? month;
  return day === undefined ? `${name} ${year}` : `${Number(day)} ${name}`;
}

const LONGEST = 28;
export const short = (label: string) => middleCut(label, LONGEST);
/** Both ends stay: what tells names apart often stands last. */
export function middleCut(label: string, most: number): string {
  const characters = [...label];
  if (characters.length <= most) return label;
  const tail = Math.floor((most - 1) / 2);
  return `${characters.slice(0, most - 1 - tail).join('')}…${characters.slice(characters.length - tail).join('')}`;
}
export const share = (part: number, whole: number) => (whole === 0 ? '0 %' : `${Math.round((part / whole) * 100)} %`);
export const capital = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
