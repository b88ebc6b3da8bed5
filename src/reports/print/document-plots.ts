/** The plots of reports, one form for each kind of answer (see PlotSpec). */
import * as Plot from '@observablehq/plot';
import type { PlotSpec, Role } from '../document.js';
import type { Markup } from '../html/markup.js';
import { colour, figure } from '../html/plot.js';
import { short, shortDay, ticksOf } from '../html/words.js';
import { keyOf, type Line, label, roleColour } from './plot-words.js';
import { pairs, stacks, steps } from './sprint-plots.js';

type Of<Form extends PlotSpec['form']> = Extract<PlotSpec, { readonly form: Form }>;

/** A page must open at once, and SVG of more marks does not. */
const MOST_MARKS = 5000;
/** From here on most dots would lie on the axis. */
const LOG_FROM = 20;

export function plotOf(plot: PlotSpec, text: string): Markup {
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

function bars({ title, unit, bars: all, groups, line, named = [] }: Of<'bars'>, text: string): Markup {
  const keys = [...new Set(all.map(({ key }) => key))];
  return figure(
    { title, text, keys: groups },
    {
      ...{ height: 280, marginTop: named.length > 0 ? 16 + 13 * named.length : 20 },
      x: { domain: keys, ticks: ticksOf(keys), tickFormat: dayFormat(keys), label: null },
      y: { grid: true, label: unit },
      color: { domain: [...groups], range: groups.map((_, index) => colour(index)) },
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
        ...(line ? [Plot.ruleY([line.value], { stroke: 'var(--ink)', strokeDasharray: '4 3' }), label(line)] : []),
        ...named.flatMap(({ key, label: words }, index) => [
          Plot.ruleX([key], { stroke: 'var(--ink)', strokeDasharray: '4 3' }),
          // Close to each other they stand on lines of their own.
          Plot.text([words], {
            ...{ x: () => key, frameAnchor: 'top' as const, textAnchor: 'start' as const },
            ...{ dx: 4, dy: -6 - 13 * (named.length - 1 - index), fill: 'var(--ink)' },
          }),
        ]),
        Plot.ruleY([0]),
      ],
    },
  );
}

/** Days of several years are told with their year. */
function dayFormat(keys: readonly string[]): (key: string) => string {
  const years = new Set(keys.map((key) => key.slice(0, 4)));
  return years.size > 1 ? (key) => shortDay(key.slice(0, 7)) : shortDay;
}

/** Lines across the plot, each with its words at the right end; of two that lie close the lower one has them below. */
function across(lines: readonly Line[], most: number, fx?: string) {
  const sorted = [...lines].sort((a, b) => a.value - b.value);
  return sorted.flatMap((line, index) => {
    const next = sorted[index + 1];
    const isClose = next !== undefined && next.value - line.value < most / 16;
    return [
      Plot.ruleY([line.value], { stroke: 'var(--soft)', strokeDasharray: '4 3' }),
      label(line, isClose ? 11 : -6, fx),
    ];
  });
}

function scaleOf(values: readonly number[]) {
  const sorted = [...values].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const isLog = median > 0 && (sorted.at(-1) ?? 0) > LOG_FROM * median && (sorted[0] ?? 0) > 0;
  return { type: isLog ? ('log' as const) : ('linear' as const), isLog };
}

const mostOf = (all: readonly { readonly value: number }[]) => Math.max(0, ...all.map(({ value }) => value));

/** Evenly thinned; the table has all. */
const thinned = <One>(all: readonly One[]): readonly One[] => {
  const step = Math.ceil(all.length / MOST_MARKS);
  return step <= 1 ? all : all.filter((_, index) => index % step === 0);
};

const thinnedNote = (all: readonly unknown[]) =>
  all.length > MOST_MARKS ? `; one of ${Math.ceil(all.length / MOST_MARKS)} is drawn` : '';

function dots({ title, unit, dots: all, lines: marked }: Of<'dots'>, text: string): Markup {
  const { type, isLog } = scaleOf(all.map(({ value }) => value));
  const points = thinned(all).map((dot) => ({ ...dot, date: new Date(`${dot.day}T00:00:00Z`) }));
  return figure(
    { title: `${title}${isLog ? ', on a logarithmic scale' : ''}${thinnedNote(all)}`, text },
    {
      height: 340,
      marginRight: 20,
      x: { type: 'utc', ticks: 8, label: null },
      y: { grid: true, label: unit, type, ...(isLog ? {} : { zero: true }) },
      marks: [
        ...across(marked, mostOf(all)),
        Plot.dot(points, {
          x: 'date',
          y: 'value',
          r: 3.5,
          fill: 'var(--c1)',
          fillOpacity: 0.75,
          title: 'tip',
          href: 'href',
          target: '_blank',
        }),
      ],
    },
  );
}

function ranges({ title, unit, ranges: all }: Of<'ranges'>, text: string): Markup {
  return figure(
    { title, text },
    {
      height: 26 * all.length + 50,
      marginLeft: 220,
      x: { grid: true, label: unit, labelAnchor: 'right' },
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

function areas({ title, unit, bands, points }: Of<'areas'>, text: string): Markup {
  const dated = points.map((point) => ({ ...point, date: new Date(`${point.day}T00:00:00Z`) }));
  const top = dated.filter(({ band }) => band === bands.at(-1)?.name);
  const sums = new Map<string, number>();
  for (const { day, value } of points) sums.set(day, (sums.get(day) ?? 0) + value);
  return figure(
    { title, text, keys: bands.map(keyOf) },
    {
      height: 320,
      x: { type: 'utc', ticks: 8, label: null },
      y: { grid: true, label: unit, zero: true },
      color: { domain: bands.map(({ name }) => name), range: bands.map(({ role }) => roleColour(role)) },
      marks: [
        Plot.areaY(dated, {
          x: 'date',
          y: 'value',
          fill: 'band',
          fillOpacity: 0.85,
          order: bands.map(({ name }) => name),
        }),
        Plot.dot(thinned(top), {
          x: 'date',
          y: ({ day }: { day: string }) => sums.get(day) ?? 0,
          r: 2.5,
          fill: 'var(--ink)',
          fillOpacity: 0.25,
          title: 'tip',
        }),
        Plot.ruleY([0]),
      ],
    },
  );
}

function columns({ title, unit, dots: all, columns: names, lines: marked }: Of<'columns'>, text: string): Markup {
  const { type, isLog } = scaleOf(all.map(({ value }) => value));
  const shapes = { plain: 'circle', stalled: 'triangle', flag: 'diamond' } as const;
  return figure(
    { title: `${title}${isLog ? ', on a logarithmic scale' : ''}${thinnedNote(all)}`, text },
    {
      height: 340,
      marginRight: 20,
      x: { axis: null },
      fx: { domain: [...names], label: null, tickFormat: short },
      y: { grid: true, label: unit, type, ...(isLog ? {} : { zero: true }) },
      symbol: { domain: ['circle', 'triangle', 'diamond'], range: ['circle', 'triangle', 'diamond'] },
      marks: [
        ...across(marked, mostOf(all), names.at(-1)),
        Plot.dot(
          thinned(all),
          Plot.dodgeX('middle', {
            fx: 'column',
            y: 'value',
            r: 4,
            symbol: ({ mark }: { mark: 'plain' }) => shapes[mark],
            fill: ({ mark }: { mark: string }) => (mark === 'plain' ? 'var(--doing)' : 'var(--flag)'),
            title: 'tip',
            href: 'href',
            target: '_blank',
          }),
        ),
      ],
    },
  );
}

function lines({ title, unit, series, points, between }: Of<'lines'>, text: string): Markup {
  const dated = points.map((point) => ({ ...point, date: new Date(`${point.day}T00:00:00Z`) }));
  return figure(
    { title, text, keys: series.map(keyOf) },
    {
      height: 300,
      x: { type: 'utc', ticks: 8, label: null },
      y: { grid: true, label: unit, zero: true },
      color: { domain: series.map(({ name }) => name), range: series.map(({ role }) => roleColour(role)) },
      marks: [
        ...(between
          ? [Plot.areaY(differences(dated, between), { x: 'date', y1: 'from', y2: 'to', fill: 'var(--wash)' })]
          : []),
        Plot.line(dated, { x: 'date', y: 'value', stroke: 'series', strokeWidth: 2 }),
        Plot.dot(thinned(dated), { x: 'date', y: 'value', fill: 'series', r: 3, title: 'tip' }),
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
