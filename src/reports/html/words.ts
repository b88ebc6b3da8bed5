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

/** Letters twice as wide as Latin ones. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}|\p{Regional_Indicator}/u;
const NONE = /[\p{Mn}\p{Me}\p{Cf}]/u;
const widthOf = (letter: string): number => (NONE.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1);
/** In widths of a Latin letter. */
export const labelWidth = (label: string): number => [...label].reduce((sum, letter) => sum + widthOf(letter), 0);

const LONGEST = 28;
export const short = (label: string) => middleCut(label, LONGEST);
/** Both ends stay: what tells names apart often stands last. @param most in widths of a Latin letter */
export function middleCut(label: string, most: number): string {
  if (labelWidth(label) <= most) return label;
  const letters = [...label];
  const tail = fitting(letters.toReversed(), Math.floor((most - 1) / 2));
  const head = fitting(letters, most - 1 - Math.floor((most - 1) / 2));
  return `${letters.slice(0, head).join('')}…${tail === 0 ? '' : letters.slice(-tail).join('')}`;
}

/** Labels that are cut and still tell each other apart: of what all begin or end with, what is next to the difference is kept. */
export function cutApart(labels: readonly string[], most: number): ReadonlyMap<string, string> {
  const cut = new Map(labels.map((label) => [label, middleCut(label, most)]));
  if (new Set(cut.values()).size === cut.size) return cut;
  const head = shared(labels.map((label) => [...label]));
  const tail = shared(labels.map((label) => [...label].slice(head).reverse()));
  return new Map(
    labels.map((label) => {
      const letters = [...label];
      const own = letters.slice(head, letters.length - tail);
      const before = fitting(letters.slice(0, head).reverse(), most - 2 - labelWidth(own.join('')));
      return [label, middleCut(`…${letters.slice(head - before, letters.length - tail).join('')}…`, most)];
    }),
  );
}

/** With how many letters all of them begin. */
function shared(all: readonly (readonly string[])[]): number {
  const [first = []] = all;
  const differs = first.findIndex((letter, index) => all.some((one) => one[index] !== letter));
  return differs < 0 ? first.length : differs;
}

/** How many of them, from the first on. */
function fitting(letters: readonly string[], most: number): number {
  let width = 0;
  const over = letters.findIndex((letter) => {
    width += widthOf(letter);
    return width > most;
  });
  return over < 0 ? letters.length : over;
}

export const share = (part: number, whole: number) => (whole === 0 ? '0 %' : `${Math.round((part / whole) * 100)} %`);
export const capital = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
