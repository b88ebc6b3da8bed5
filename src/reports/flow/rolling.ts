/** The mean of the issues around each issue, and how far they lie from it: the curve of a control chart. */
import { count } from '../../core/count.js';
import type { Row } from '../sources.js';
import { dayOf, type FlowAsked, numberOf } from './asked.js';
import { IN_PROGRESS } from './names.js';

export interface Around {
  readonly mean: number;
  /** Of those issues, by their number and not by one less. */
  readonly deviation: number;
}

const LEAST = 5;

/** Issues that a mean is made of, the one in the middle included: 20 % of all, odd, at least 5. */
export const windowOf = (issues: number): number => Math.max(LEAST, 2 * Math.floor(issues / 10) + 1);

/** @param values in the order in which issues were finished. Near the ends there are fewer around an issue. */
function rollingOf(values: readonly number[]): readonly Around[] {
  const half = (windowOf(values.length) - 1) / 2;
  // Sums up to each place: of many issues a window is many, too.
  const sums = [{ one: 0, square: 0 }];
  for (const value of values) {
    const { one, square } = sums.at(-1) ?? { one: 0, square: 0 };
    sums.push({ one: one + value, square: square + value * value });
  }
  return values.map((_, index) => {
    const [from, to] = [Math.max(0, index - half), Math.min(values.length, index + half + 1)];
    const of = (sum: 'one' | 'square') => ((sums[to]?.[sum] ?? 0) - (sums[from]?.[sum] ?? 0)) / (to - from);
    const mean = of('one');
    return { mean, deviation: Math.sqrt(Math.max(0, of('square') - mean * mean)) };
  });
}

/** Of each issue that has a cycle time, the mean of those around it. */
export function withRolling(rows: readonly Row[], { mean }: FlowAsked): readonly Row[] {
  if (mean === null) return rows;
  const around = rollingOf(rows.filter((row) => row.value !== null).map((row) => numberOf(row, 'value')))[
    Symbol.iterator
  ]();
  return rows.map((row) => {
    const own = row.value === null ? undefined : around.next().value;
    return { ...row, rolling_mean_days: own?.mean ?? null, rolling_deviation_days: own?.deviation ?? null };
  });
}

/** One point a day, that of the day's last issue. */
export function curveOf(begun: readonly Row[]) {
  const points = begun.map((row) => {
    const [value, deviation] = [numberOf(row, 'rolling_mean_days'), numberOf(row, 'rolling_deviation_days')];
    return { day: dayOf(row, 'finished_at'), value, low: Math.max(0, value - deviation), high: value + deviation };
  });
  return {
    label: `rolling mean of ${count(windowOf(begun.length), 'issue')}`,
    points: [...new Map(points.map((point) => [point.day, point])).values()],
  };
}

/** After *in*: `Review or progress`. */
export const placesIn = (timeIn: readonly string[]): string =>
  timeIn.map((name) => (name === IN_PROGRESS ? 'progress' : name)).join(' or ');

/** How values that were asked for are made. @param issues that have one */
export function controlNotes(issues: number, { timeIn, mean }: FlowAsked): readonly string[] {
  return [
    ...(timeIn === null
      ? []
      : [
          `The days that are drawn and in percentiles are the sum of all times in ${placesIn(timeIn)} until the end: time elsewhere is in none, and issues that came back add up.`,
        ]),
    ...(mean === null
      ? []
      : [
          `The rolling mean is that of ${count(windowOf(issues), 'issue')}, 20 % of all, odd and at least 5: an issue and as many before as after it by the moment they were finished, fewer at both ends. The band is one standard deviation of the same issues (by their number) above and below it; the curve has the last value of each day.`,
        ]),
  ];
}
