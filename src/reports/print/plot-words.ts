/** Words, colours and axes that plots share. */
import * as Plot from '@observablehq/plot';
import type { Role } from '../document.js';
import { ABOVE, colour, type Key, PALETTE } from '../html/plot.js';
import { labelWidth, short, shortDay, ticksOf } from '../html/words.js';

export const roleColour = (role: Role): string => {
  const own = /^c(\d+)$/.exec(role);
  if (own) return colour(Number(own[1]) - 1);
  return (
    { todo: 'var(--todo)', doing: 'var(--doing)', done: 'var(--done)', flag: 'var(--flag)' }[role as 'todo'] ??
    'var(--c1)'
  );
};

export const keyOf = ({ name, role }: { readonly name: string; readonly role: Role }) => {
  const own = /^c(\d+)$/.exec(role);
  return { name, swatch: own ? `k${own[1]}` : `k-${role}` };
};

/** What is left after the named ones is grey. @param hasRest the last of them is what is left, whatever it is called */
export const coloursOf = (names: readonly string[], hasRest = false): string[] =>
  names.map((_, index) => colour(hasRest && index === names.length - 1 ? PALETTE : index));

/** @param hasRest see `coloursOf` */
export const keysOf = (names: readonly string[], hasRest = false): readonly Key[] =>
  names.map((name, index) => (hasRest && index === names.length - 1 ? { name, swatch: 'k0' } : name));

export const dateOf = (day: string): Date => new Date(`${day}T00:00:00Z`);

/** At most eight days, in words; of several years with their year. */
export function dayAxis(days: readonly string[]): Plot.ScaleOptions {
  const sorted = [...new Set(days)].sort();
  const [first = '', last = ''] = [sorted[0], sorted.at(-1)];
  const format = dayFormat(sorted);
  return {
    type: 'utc',
    label: null,
    ticks: ticksOf(sorted).map(dateOf),
    tickFormat: (date: Date) => format(date.toISOString().slice(0, 10)),
    // One day alone has no width.
    ...(first === last ? {} : { domain: [dateOf(first), dateOf(last)] }),
  };
}

export function dayFormat(keys: readonly string[]): (key: string) => string {
  const years = new Set(keys.map((key) => key.slice(0, 4)));
  return years.size > 1 ? (key) => shortDay(key.slice(0, 7)) : shortDay;
}

/** Of bars that stand upon each other. */
export function sumsOf(all: readonly { readonly key: string; readonly value: number }[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { key, value } of all) sums.set(key, (sums.get(key) ?? 0) + value);
  return sums;
}

const TICKS = 6;

/** From zero on, or to it; what is counted has no fractions. */
export function amountAxis(unit: string, values: readonly number[]): Plot.ScaleOptions {
  const [least, most] = values.reduce(([low, high], one) => [Math.min(low, one), Math.max(high, one)], [0, 0]);
  const isCount = values.every(Number.isInteger);
  const steps = most - least;
  return { grid: true, label: unit, zero: true, ...(isCount && steps < TICKS ? { ticks: Math.max(1, steps) } : {}) };
}

/** Of the letters that a narrow screen and paper have; see the style. */
export const LETTER_WIDTH = 8.4;
const LETTER_HEIGHT = 17;

const BELOW_MARGIN = 44;
const AT_TOP = 6;

/** Bars that lie below each other, their names left of them, the unit below the numbers of its axis. @param names as they are shown */
export const lying = (names: readonly string[], height: number) => ({
  height: height * names.length + AT_TOP + 10 + BELOW_MARGIN,
  marginTop: AT_TOP,
  marginBottom: BELOW_MARGIN,
  marginLeft: 16 + LETTER_WIDTH * names.reduce((most, name) => Math.max(most, labelWidth(short(name))), 0),
});
export const BELOW = { labelAnchor: 'right', labelOffset: 38 } as const;

export type Line = { readonly value: number; readonly label: string };

/** Room for their words, right of the marks. */
export const LINES_MARGIN = 124;

/**
 * Where the words of lines stand: as far apart as letters need, none below the axis or above the drawing.
 * @param at where a value lies, in units of the drawing from the bottom up. @param height between the axes. @param wish how far above its line each would like to be
 * @returns `up`: how far above its line it is
 */
export function wordsBeside(lines: readonly Line[], at: (value: number) => number, height: number, wish: number) {
  const merged = new Map<number, string[]>();
  for (const { value, label } of lines) merged.set(value, [...(merged.get(value) ?? []), label]);
  const words = [...merged].sort(([a], [b]) => a - b);
  const sizes = words.map(([, labels]) => LETTER_HEIGHT * labels.length);
  const bottoms = placed(
    words.map(([value]) => at(value) + wish),
    sizes,
    height + ABOVE,
  );
  return words.map(([value, labels], index) => ({
    ...{ value, text: labels.toReversed().join('\n'), up: (bottoms[index] ?? 0) - at(value) },
  }));
}

/**
 * Lines across the plot, their words right of it.
 * @param at see `wordsBeside`. @param height between the axes. @param fx the last facet
 */
export const across = (
  lines: readonly Line[],
  at: (value: number) => number,
  height: number,
  fx?: string,
): Plot.Markish[] =>
  wordsBeside(lines, at, height, -LETTER_HEIGHT / 2).flatMap(({ value, text, up }) => [
    Plot.ruleY([value], { stroke: 'var(--soft)', strokeDasharray: '4 3' }),
    Plot.text([text], {
      ...{ frameAnchor: 'right' as const, textAnchor: 'start' as const, lineAnchor: 'bottom' as const },
      ...{ y: () => value, dx: 6, dy: -up, lineHeight: 1.2, fill: 'var(--ink)' },
      ...(fx === undefined ? {} : { fx: () => fx }),
    }),
  ]);

/** Pieces where they would like to be, from 0 up to `top`, moved so that none lies upon another. */
export function placed(wanted: readonly number[], sizes: readonly number[], top: number): readonly number[] {
  let free = 0;
  const upwards = wanted.map((place, index) => {
    const bottom = Math.max(place, free);
    free = bottom + (sizes[index] ?? 0);
    return bottom;
  });
  let ceiling = top;
  return upwards
    .map((place, index) => ({ place, size: sizes[index] ?? 0 }))
    .reverse()
    .map(({ place, size }) => {
      ceiling = Math.min(place, ceiling - size);
      return ceiling;
    })
    .reverse();
}
