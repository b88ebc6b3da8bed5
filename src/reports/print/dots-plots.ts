/** Plots with a dot for each issue, or, where dots would lie upon each other, with how many there are. */
import * as Plot from '@observablehq/plot';
import { count } from '../../core/count.js';
import { addDays, eachDay } from '../days.js';
import type { PlotOf } from '../document.js';
import type { Markup } from '../html/markup.js';
import { ABOVE, figure, WIDTH } from '../html/plot.js';
import { middleCut, shortDay } from '../html/words.js';
import { across, amountAxis, dateOf, dayAxis, LETTER_WIDTH, LINES_MARGIN, wordsBeside } from './plot-words.js';

type Dot = PlotOf<'dots'>['dots'][number];

/** A page must open at once, and SVG of more marks does not. */
const MOST_DOTS = 2000;
/** Beside the counts: the slowest are what one looks for. */
const MOST_SLOWEST = 300;
/** From here on most dots would lie on the axis. */
const LOG_FROM = 20;
const HEIGHT = 330;
/** Between the axes. */
const INNER = HEIGHT - ABOVE - 30;

const dayOfDate = (date: Date) => date.toISOString().slice(0, 10);
const LINK = { href: 'href', target: '_blank' } as const;

interface Heights {
  readonly isLog: boolean;
  readonly least: number;
  readonly most: number;
  /** From the bottom up. */
  readonly at: (value: number) => number;
}

function heightsOf(values: readonly number[], lines: readonly { readonly value: number }[]): Heights {
  const sorted = [...values].sort((a, b) => a - b);
  const [lowest = 0, most = 0, median = 0] = [sorted[0], sorted.at(-1), sorted[Math.floor(sorted.length / 2)]];
  const least = lines.reduce((all, { value }) => Math.min(all, value), lowest);
  const isLog = median > 0 && most > LOG_FROM * median && least > 0;
  const top = lines.reduce((all, { value }) => Math.max(all, value), most);
  const share = (value: number) => (isLog ? Math.log(value / least) / Math.log(top / least) : value / top);
  return { isLog, least, most: top, at: (value) => share(value) * INNER };
}

const yAxis = (unit: string, { isLog }: Heights, values: readonly number[]): Plot.ScaleOptions =>
  isLog ? { grid: true, label: unit, type: 'log', ticks: 6, tickFormat: ',' } : amountAxis(unit, values);

/** Edges of equal height on the page. */
function edges({ isLog, least, most }: Heights, steps: number): number[] {
  if (isLog)
    return Array.from(
      { length: steps + 1 },
      (_, index) => least * (most / least) ** (index / steps) * (index === steps ? 1.001 : 1),
    );
  const step = Math.max(1, Math.ceil(most / steps));
  return Array.from({ length: Math.floor(most / step) + 2 }, (_, index) => index * step);
}

const spanOf = (from: number, to: number, unit: string) => {
  const [first, last] = [Math.ceil(from), Math.ceil(to) - 1];
  return `${first >= last ? first : `${first} to ${last}`} ${unit}`;
};

export function dots({ title, unit, dots: all, lines, curve, span }: PlotOf<'dots'>, text: string): Markup {
  const values = all.map(({ value }) => value);
  const heights = heightsOf(values, [...lines, ...(curve?.points ?? []).map(({ high }) => ({ value: high }))]);
  const points = all.map((dot) => ({ ...dot, date: dateOf(dot.day) }));
  const isMany = all.length > MOST_DOTS;
  const slowest = isMany ? slowestOf(points) : points;
  const log = heights.isLog ? ', on a logarithmic scale' : '';
  const told = isMany ? `; darker: more issues, and the ${count(slowest.length, 'slowest', 'slowest')} as dots` : '';
  return figure(
    { title: `${title}${log}${told}`, text, keys: curve ? ['issues', curve.label] : [] },
    {
      ...{ height: HEIGHT, marginRight: LINES_MARGIN },
      x: { ...dayAxis(span ? eachDay(span) : all.map(({ day }) => day)), insetLeft: 6, insetRight: 6 },
      y: yAxis(unit, heights, values),
      opacity: { type: 'sqrt', range: [0.3, 1] },
      marks: [
        ...(isMany ? [counts(points, heights, unit)] : []),
        ...across(lines, heights.at, INNER),
        ...(curve ? [bandOf(curve, heights)] : []),
        Plot.dot(slowest, {
          x: 'date',
          y: 'value',
          r: 3.5,
          fill: 'var(--c1)',
          fillOpacity: 0.75,
          title: 'tip',
          ...LINK,
        }),
        ...(curve ? [Plot.line(curve.points, { ...BY_DAY, y: 'value', stroke: 'var(--c2)', strokeWidth: 2 })] : []),
      ],
    },
  );
}

const BY_DAY = { x: ({ day }: { readonly day: string }) => dateOf(day) };

const bandOf = ({ points }: NonNullable<PlotOf<'dots'>['curve']>, { isLog, least }: Heights): Plot.Markish =>
  Plot.areaY(points, {
    ...{ ...BY_DAY, y1: ({ low }: (typeof points)[number]) => (isLog ? Math.max(least, low) : low), y2: 'high' },
    ...{ fill: 'var(--c2)', fillOpacity: 0.18 },
  });

const slowestOf = <One extends Dot>(points: readonly One[]): readonly One[] =>
  points.toSorted((a, b) => b.value - a.value).slice(0, MOST_SLOWEST);

interface Extent {
  readonly x1: Date;
  readonly x2: Date;
  readonly y1: number;
  readonly y2: number;
}

/** The library hands over what lies in a piece and its edges, which its types do not say. */
const tipOf = (tip: (within: readonly unknown[], extent: Extent) => string) => tip as unknown as Plot.ReducerFunction;

/** How many lie in each piece of the plot. */
function counts(points: readonly Dot[], heights: Heights, unit: string): Plot.Markish {
  const tip = (within: readonly unknown[], { x1, x2, y1, y2 }: Extent) =>
    `${shortDay(dayOfDate(x1))} to ${shortDay(addDays(dayOfDate(x2), -1))}, ${spanOf(y1, y2, unit)}\n${count(within.length, 'issue')}`;
  return Plot.rect(
    points,
    Plot.bin(
      { fillOpacity: 'count', title: tipOf(tip) },
      {
        ...{ x: { value: 'date', thresholds: 45 }, y: { value: 'value', thresholds: edges(heights, 24) } },
        ...{ fill: 'var(--c1)', inset: 0.5, clip: true },
      },
    ),
  );
}

const SHAPES = { plain: 'circle', stalled: 'triangle', blocked: 'square', flag: 'diamond' } as const;
const DOT = 9;
const markColour = ({ mark }: { readonly mark: keyof typeof SHAPES }) =>
  mark === 'plain' ? 'var(--doing)' : 'var(--flag)';

export function columns(spec: PlotOf<'columns'>, text: string): Markup {
  const { title, unit, dots: all, columns: names, lines, bands } = spec;
  const values = all.map(({ value }) => value);
  const heights = heightsOf(values, [...lines, ...bands.flatMap((band) => band.edges)]);
  const width = (WIDTH - 60 - LINES_MARGIN) / Math.max(1, names.length);
  const isMany = fullest(all, heights) * DOT > width;
  const log = heights.isLog ? ', on a logarithmic scale' : '';
  const marks = new Set(all.map(({ mark }) => mark));
  const keys = [
    ...(marks.has('plain') && marks.size > 1 ? [{ name: 'in progress', swatch: 'k-doing' }] : []),
    ...(marks.has('stalled') ? [{ name: isMany ? 'stalled' : 'stalled (triangles)', swatch: 'k-flag' }] : []),
    ...(marks.has('blocked') ? [{ name: isMany ? 'blocked' : 'blocked (squares)', swatch: 'k-flag' }] : []),
    ...(marks.has('flag') ? [{ name: isMany ? 'flagged' : 'flagged (diamonds)', swatch: 'k-flag' }] : []),
  ];
  return figure(
    { title: `${title}${log}${isMany ? '; each bar counts issues of about so many days' : ''}`, text, keys },
    {
      ...{ height: HEIGHT, marginRight: LINES_MARGIN },
      x: { axis: null },
      fx: {
        domain: [...names],
        label: null,
        tickFormat: (name: string) => middleCut(name, Math.floor(width / LETTER_WIDTH)),
      },
      y: yAxis(unit, heights, values),
      symbol: { domain: Object.values(SHAPES), range: Object.values(SHAPES) },
      marks: [
        ...bandsBehind(bands, heights),
        isMany ? ageBars(all, heights, unit) : ageDots(all),
        ...(width < WORDS_FROM ? [] : wordsOfBands(spec, heights)),
        ...across(lines, heights.at, INNER, names.at(-1)),
        ...(heights.isLog ? [] : [Plot.ruleY([0])]),
      ],
    },
  );
}

/** From the axis to what half did not exceed, from there to 85 %, and to 95 %: the darker, the fewer took so long. */
const DEPTHS = [0.08, 0.18, 0.3];

/** Narrower ones have no room for words. */
const WORDS_FROM = 90;

function bandsBehind(bands: PlotOf<'columns'>['bands'], { isLog, least }: Heights): Plot.Markish[] {
  const parts = bands.flatMap(({ column, edges: own }) =>
    own.map(({ value: to, tip }, nth) => {
      const from = own[nth - 1]?.value ?? (isLog ? least : 0);
      return { column, tip, from, to, depth: DEPTHS[nth] ?? 0 };
    }),
  );
  const band = { fx: 'column', y1: 'from', y2: 'to', fill: 'var(--soft)' } as const;
  return [
    Plot.rect(parts, { ...band, fillOpacity: { value: 'depth', scale: null }, title: 'tip' }),
    Plot.ruleY(parts, { fx: 'column', y: 'to', stroke: 'var(--soft)', strokeDasharray: '4 3' }),
  ];
}

/** What the edges of bands are, and where there are none. */
function wordsOfBands({ bands, columns: names }: PlotOf<'columns'>, { at }: Heights): Plot.Markish[] {
  const style = { fill: 'var(--ink)', stroke: 'var(--paper)', strokeWidth: 3 };
  const without = bands.length === 0 ? [] : names.filter((name) => bands.every(({ column }) => column !== name));
  return [
    ...bands.flatMap(({ column, edges: own }) =>
      wordsBeside(own, at, INNER, 1).map(({ value, text, up }) =>
        Plot.text([text], {
          ...{ fx: () => column, y: () => value, frameAnchor: 'right', textAnchor: 'end', lineAnchor: 'bottom' },
          ...{ dx: -3, dy: -up, lineHeight: 1.2, ...style },
        }),
      ),
    ),
    ...without.map((name) =>
      Plot.text(['few finished'], { fx: () => name, frameAnchor: 'top', dy: -14, fill: 'var(--soft)' }),
    ),
  ];
}

type Aged = PlotOf<'columns'>['dots'][number];

/** Most dots that would stand side by side. */
function fullest(all: readonly Aged[], { at }: Heights): number {
  const rows = new Map<string, number>();
  for (const { column, value } of all) {
    const key = `${Math.round(at(value) / DOT)} ${column}`;
    rows.set(key, (rows.get(key) ?? 0) + 1);
  }
  return Math.max(0, ...rows.values());
}

const ageDots = (all: readonly Aged[]) =>
  Plot.dot(
    all,
    Plot.dodgeX('middle', {
      ...{ fx: 'column', y: 'value', r: 4, symbol: ({ mark }: Aged) => SHAPES[mark], fill: markColour },
      ...{ title: 'tip', ...LINK },
    }),
  );

function ageBars(all: readonly Aged[], heights: Heights, unit: string): Plot.Markish {
  const tip = (within: readonly unknown[], { y1, y2 }: Extent) =>
    `${spanOf(y1, y2, unit)}\n${count(within.length, 'issue')}`;
  const y = { value: 'value', thresholds: edges(heights, 24) };
  const options = { fx: 'column', y, fill: markColour, inset: 0.5 };
  return Plot.rectX(all, Plot.binY({ x: 'count', title: tipOf(tip) }, options));
}
