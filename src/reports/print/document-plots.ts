/** The plots of reports, one form for each kind of answer (see PlotSpec). */
import * as Plot from '@observablehq/plot';
import type { PlotOf, PlotSpec, Role } from '../document.js';
import type { Markup } from '../html/markup.js';
import { ABOVE, figure } from '../html/plot.js';
import { middleCut, short, ticksOf } from '../html/words.js';
import { columns, dots } from './dots-plots.js';
import {
  across,
  amountAxis,
  BELOW,
  coloursOf,
  dateOf,
  dayAxis,
  dayFormat,
  keyOf,
  keysOf,
  LINES_MARGIN,
  lying,
  roleColour,
  sumsOf,
} from './plot-words.js';
import { pairs, stacks, steps } from './sprint-plots.js';

/** Null: all is zero, and a plot of it would be a frame around nothing. */
export function plotOf(plot: PlotSpec, text: string): Markup | null {
  if (valuesOf(plot).every((value) => value === 0)) return null;
  switch (plot.form) {
    case 'bars':
      return bars(plot, text);
    case 'dots':
      return dots(plot, text);
    case 'ranges':
      return ranges(plot, text);
    case 'areas':
      return areas(plot, text);
    case 'columns':
      return columns(plot, text);
    case 'lines':
      return lines(plot, text);
    case 'pairs':
      return pairs(plot, text);
    case 'steps':
      return steps(plot, text);
    case 'stacks':
      return stacks(plot, text);
  }
}

export function valuesOf(plot: PlotSpec): readonly number[] {
  switch (plot.form) {
    case 'bars':
    case 'pairs':
    case 'stacks':
      return plot.bars.map(({ value }) => value);
    case 'dots':
    case 'columns':
      return plot.dots.map(({ value }) => value);
    case 'ranges':
      return plot.ranges.flatMap(({ value, tick }) => [value, tick]);
    default:
      return plot.points.map(({ value }) => value);
  }
}

const HEIGHT = 250;
/** Of the words above bars, one below the other. */
const ROW = 17;

function bars({ title, unit, bars: all, groups, hasRest, line, named = [] }: PlotOf<'bars'>, text: string): Markup {
  const keys = [...new Set(all.map(({ key }) => key))];
  const sums = sumsOf(all);
  const most = Math.max(...sums.values());
  const labels = new Map<string, string[]>();
  for (const { key, label } of named) labels.set(key, [...(labels.get(key) ?? []), label]);
  const top = labels.size > 0 ? 20 + ROW * labels.size : ABOVE;
  const format = dayFormat(keys);
  return figure(
    {
      title: `${title}${all.some(({ pale, value }) => pale === true && value > 0) ? '; pale: not a whole week' : ''}`,
      text,
      // What has the name of its axis needs no key.
      keys: groups.length === 1 && groups[0] === unit ? [] : keysOf(groups, hasRest),
    },
    {
      ...{ height: HEIGHT + top, marginTop: top, marginRight: line ? LINES_MARGIN : 30 },
      x: { domain: keys, ticks: ticksOf(keys), tickFormat: format, label: null },
      y: amountAxis(unit, [...sums.values()]),
      color: { domain: [...groups], range: coloursOf(groups, hasRest) },
      marks: [
        Plot.barY(
          all.filter(({ value }) => value > 0),
          {
            x: 'key',
            y: 'value',
            fill: 'group',
            fillOpacity: (bar: { pale?: boolean }) => (bar.pale ? 0.45 : 1),
            title: 'tip',
            inset: 0.5,
          },
        ),
        ...(line ? across([line], (value) => (value / most) * (HEIGHT - 30), HEIGHT - 30) : []),
        ...[...labels].flatMap(([key, words], index) => [
          Plot.ruleX([key], {
            stroke: 'var(--ink)',
            strokeDasharray: '4 3',
            insetTop: -ROW * (labels.size - index),
          }),
          // Close to each other they stand on lines of their own.
          Plot.text([words.join(', ')], {
            ...{ x: () => key, frameAnchor: 'top' as const, textAnchor: 'start' as const },
            ...{ lineAnchor: 'bottom' as const, dx: 4, dy: -4 - ROW * (labels.size - 1 - index), fill: 'var(--ink)' },
          }),
        ]),
        Plot.ruleY([0]),
      ],
    },
  );
}

const CATEGORIES = [
  { role: 'todo', name: 'to do' },
  { role: 'doing', name: 'in progress' },
  { role: 'done', name: 'done' },
  { role: 'flag', name: 'of no known category' },
] as const;

function ranges({ title, unit, ranges: all }: PlotOf<'ranges'>, text: string): Markup {
  const roles = new Set(all.map(({ role }) => role));
  const keys = roles.size > 1 ? CATEGORIES.filter(({ role }) => roles.has(role)).map(keyOf) : [];
  return figure(
    { title, text, keys },
    {
      ...lying(
        all.map(({ key }) => key),
        26,
      ),
      marginRight: 30,
      x: { grid: true, label: unit, ...BELOW },
      y: { domain: all.map(({ key }) => key), tickFormat: short, label: null, tickSize: 0 },
      marks: [
        Plot.barX(all, {
          x: 'value',
          y: 'key',
          fill: ({ role }: { role: Role }) => roleColour(role),
          title: 'tip',
          insetTop: 3,
          insetBottom: 3,
        }),
        Plot.tickX(all, { x: 'tick', y: 'key', stroke: 'var(--ink)', strokeWidth: 2 }),
        Plot.ruleX([0]),
      ],
    },
  );
}

/** Days that a pointer can tell apart. */
const MOST_DAYS = 400;

function areas({ title, unit, bands, points }: PlotOf<'areas'>, text: string): Markup {
  const dated = points.map((point) => ({ ...point, date: dateOf(point.day) }));
  const sums = sumsOf(points.map(({ day, value }) => ({ key: day, value })));
  const most = Math.max(...sums.values());
  const days = [...sums.keys()];
  const step = Math.ceil(days.length / MOST_DAYS);
  const half = (step * 86_400_000) / 2;
  const shown = dated.filter(({ day, band }) => band === bands[0]?.name && days.indexOf(day) % step === 0);
  const within = (time: number) =>
    new Date(Math.min(Math.max(time, dateOf(days[0] ?? '').getTime()), dateOf(days.at(-1) ?? '').getTime()));
  return figure(
    { title, text, keys: bands.map(keyOf).toReversed() },
    {
      ...{ height: 300, marginRight: LINES_MARGIN },
      x: dayAxis(days),
      y: amountAxis(unit, [...sums.values()]),
      color: { domain: bands.map(({ name }) => name), range: bands.map(({ role }) => roleColour(role)) },
      marks: [
        Plot.areaY(dated, {
          x: 'date',
          y: 'value',
          fill: 'band',
          ...{ fillOpacity: 0.85, stroke: 'var(--paper)', strokeWidth: 0.5 },
          order: bands.map(({ name }) => name),
        }),
        Plot.text(bandNames(bands, points, days.at(-1) ?? '', most), {
          ...{ x: 'date', y: 'value', text: 'name', textAnchor: 'start' as const, dx: 6, fill: 'var(--ink)' },
        }),
        // What is asked of a day is asked anywhere above or below it.
        Plot.rect(shown, {
          ...{ x1: ({ date }: { date: Date }) => within(date.getTime() - half), y1: 0, y2: most },
          ...{ x2: ({ date }: { date: Date }) => within(date.getTime() + half) },
          ...{ fill: 'var(--ink)', fillOpacity: 0, title: 'tip' },
        }),
        Plot.ruleY([0]),
      ],
    },
  );
}

/** Share of the height that letters need. */
const LETTERS = 0.055;

/** Where each band ends: several columns of a board have one colour. */
function bandNames(
  bands: PlotOf<'areas'>['bands'],
  points: PlotOf<'areas'>['points'],
  day: string,
  most: number,
): readonly { readonly date: Date; readonly value: number; readonly name: string }[] {
  const last = new Map(points.filter((point) => point.day === day).map(({ band, value }) => [band, value]));
  let below = 0;
  return bands.flatMap(({ name }) => {
    const height = last.get(name) ?? 0;
    below += height;
    const value = below - height / 2;
    return height / most < LETTERS ? [] : [{ date: dateOf(day), value, name: middleCut(name, 14) }];
  });
}

function lines({ title, unit, series, points, between }: PlotOf<'lines'>, text: string): Markup {
  const dated = points.map((point) => ({ ...point, date: dateOf(point.day) }));
  return figure(
    { title, text, keys: series.map(keyOf) },
    {
      ...{ height: 280, marginRight: 30 },
      x: dayAxis(points.map(({ day }) => day)),
      y: amountAxis(
        unit,
        points.map(({ value }) => value),
      ),
      color: { domain: series.map(({ name }) => name), range: series.map(({ role }) => roleColour(role)) },
      marks: [
        ...(between
          ? [Plot.areaY(differences(dated, between), { x: 'date', y1: 'from', y2: 'to', fill: 'var(--wash)' })]
          : []),
        Plot.line(dated, { x: 'date', y: 'value', stroke: 'series', strokeWidth: 2 }),
        Plot.dot(dated, { x: 'date', y: 'value', fill: 'series', r: 3, title: 'tip' }),
        Plot.ruleY([0]),
      ],
    },
  );
}

interface Dated {
  readonly date: Date;
  readonly series: string;
  readonly value: number;
}

/** From one series to the other, where both have a value. */
function differences(points: readonly Dated[], [first, second]: readonly [string, string]) {
  const of = (name: string) =>
    new Map(points.filter(({ series }) => series === name).map(({ date, value }) => [date.getTime(), value]));
  const others = of(second);
  return [...of(first)].flatMap(([at, from]) => {
    const to = others.get(at);
    return to === undefined ? [] : [{ date: new Date(at), from, to }];
  });
}
