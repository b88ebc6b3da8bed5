/** Hours in the cells of a page's tables. */

import { type HoursShown, showSeconds, UNIT_NAMES } from '../hours.js';
import type { Cell } from '../html/table.js';

/** Rows of a table that a browser still scrolls at ease; the other formats have all. */
export const MOST_ROWS = 2000;

export const unitOf = ({ unit }: HoursShown) => (unit === 'hm' ? 'hours' : UNIT_NAMES[unit]);

export const amount = (seconds: number | undefined, shown: HoursShown): Cell => ({
  text: seconds === undefined ? '' : showSeconds(seconds, shown),
});
