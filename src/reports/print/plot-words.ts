/** Words, colours and axes that plots share. */
import * as Plot from '@observablehq/plot';
import type { Role } from '../document.js';
import { colour, type Key, PALETTE } from '../html/plot.js';
import { shortDay, ticksOf } from '../html/words.js';

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

export const OTHER = 'other';
const isOther = (names: readonly string[], index: number) => names[index] === OTHER && index === names.length - 1;

/** What is left after the named ones is grey. */
export const coloursOf = (names: readonly string[]): string[] =>
  names.map((_, index) => colour(isOther(names, index) ? PALETTE : index));

export const keysOf = (names: readonly string[]): readonly Key[] =>
  names.map((name, index) => (isOther(names, index) ? { name, swatch: 'k0' } : name));

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

/** From zero on; what is counted has no fractions. */
export function amountAxis(unit: string, values: readonly number[]): Plot.ScaleOptions {
  const most = values.reduce((all, one) => Math.max(all, one), 0);
  const isCount = values.every(Number.isInteger);
  return { grid: true, label: unit, zero: true, ...(isCount && most < TICKS ? { ticks: Math.max(1, most) } : {}) };
}

/** Below the numbers of its axis, not on them. */
export const BELOW = { labelAnchor: 'right', labelOffset: 38 } as const;
export const BELOW_MARGIN = 44;

export type Line = { readonly value: number; readonly label: string };

/** Room for their words, right of the marks. */
export const LINES_MARGIN = 100;
const LETTERS = 14;

/**
 * Lines across the plot, their words right of it, as far apart as letters need.
 * @param at where a value lies, in units of the drawing from the bottom up. @param fx the last facet
 */
export function across(lines: readonly Line[], at: (value: number) => number, fx?: string): Plot.Markish[] {
  const merged = new Map<number, string[]>();
  for (const { value, label } of lines) merged.set(value, [...(merged.get(value) ?? []), label]);
  let free = Number.NEGATIVE_INFINITY;
  return [...merged]
    .sort(([a], [b]) => a - b)
    .flatMap(([value, labels]) => {
      const place = Math.max(at(value), free);
      free = place + LETTERS * labels.length;
      return [
        Plot.ruleY([value], { stroke: 'var(--soft)', strokeDasharray: '4 3' }),
        Plot.text([labels.toReversed().join('\n')], {
          ...{ frameAnchor: 'right' as const, textAnchor: 'start' as const, lineAnchor: 'bottom' as const },
          ...{ y: () => value, dx: 6, dy: at(value) - place + LETTERS / 2, fill: 'var(--ink)' },
          ...(fx === undefined ? {} : { fx: () => fx }),
        }),
      ];
    });
}
