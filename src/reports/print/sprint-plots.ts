/** The plots of sprints and epics: bars side by side, steps over time, and bars in parts. */
import * as Plot from '@observablehq/plot';
import type { PlotSpec, Role } from '../document.js';
import type { Markup } from '../html/markup.js';
import { colour, figure } from '../html/plot.js';
import { short } from '../html/words.js';
import { keyOf, label, roleColour } from './plot-words.js';

type Of<Form extends PlotSpec['form']> = Extract<PlotSpec, { readonly form: Form }>;

/** Names of sprints are long: beyond so many they would lie upon each other. */
const MOST_LABELS = 8;

export function pairs({ title, unit, bars, groups, line }: Of<'pairs'>, text: string): Markup {
  const keys = [...new Set(bars.map(({ key }) => key))];
  const step = Math.ceil(keys.length / MOST_LABELS);
  const shown = new Set(keys.filter((_, index) => index % step === 0));
  return figure(
    { title, text, keys: groups },
    {
      ...{ height: 300, marginTop: 24, marginBottom: 30 },
      fx: { domain: keys, label: null, tickFormat: (key: string) => (shown.has(key) ? cut(key) : ''), padding: 0.2 },
      x: { domain: [...groups], axis: null },
      y: { grid: true, label: unit, zero: true },
      color: { domain: [...groups], range: groups.map((_, index) => colour(index)) },
      marks: [
        Plot.barY(bars, { fx: 'key', x: 'group', y: 'value', fill: 'group', title: 'tip' }),
        ...(line
          ? [Plot.ruleY([line.value], { stroke: 'var(--ink)', strokeDasharray: '4 3' }), label(line, -6, keys.at(-1))]
          : []),
        Plot.ruleY([0]),
      ],
    },
  );
}

const LONGEST = 16;
const cut = (key: string) => ([...key].length > LONGEST ? `${[...key].slice(0, LONGEST - 1).join('')}…` : key);

export function steps({ title, unit, series, points, shades }: Of<'steps'>, text: string): Markup {
  const dated = points.map((point) => ({ ...point, date: new Date(point.at) }));
  const of = (isThin: boolean) => {
    const names = series.filter((one) => (one.isThin ?? false) === isThin).map(({ name }) => name);
    return dated.filter((point) => names.includes(point.series));
  };
  return figure(
    { title, text, keys: series.map(keyOf) },
    {
      height: 340,
      x: { type: 'utc', ticks: 8, label: null },
      y: { grid: true, label: unit, zero: true },
      color: { domain: series.map(({ name }) => name), range: series.map(({ role }) => roleColour(role)) },
      marks: [
        Plot.rectX(
          shades.map(({ from, until }) => ({ from: new Date(from), until: new Date(until) })),
          { x1: 'from', x2: 'until', fill: 'var(--wash)' },
        ),
        Plot.line(of(true), { x: 'date', y: 'value', stroke: 'series', strokeWidth: 1, strokeDasharray: '4 3' }),
        Plot.line(of(false), { x: 'date', y: 'value', stroke: 'series', strokeWidth: 2, curve: 'step-after' }),
        Plot.dot(of(false), { x: 'date', y: 'value', fill: 'series', r: 3, title: 'tip' }),
        Plot.ruleY([0]),
      ],
    },
  );
}

export function stacks({ title, unit, bars, parts }: Of<'stacks'>, text: string): Markup {
  const keys = [...new Set(bars.map(({ key }) => key))];
  return figure(
    { title, text, keys: parts.map((part: { name: string; role: Role }) => keyOf(part)) },
    {
      ...{ height: 26 * keys.length + 50, marginLeft: 220 },
      x: { grid: true, label: unit, labelAnchor: 'right' },
      y: { domain: keys, tickFormat: short, label: null, tickSize: 0 },
      color: { domain: parts.map(({ name }) => name), range: parts.map(({ role }) => roleColour(role)) },
      marks: [
        Plot.barX(
          bars.filter(({ value }) => value > 0),
          { x: 'value', y: 'key', fill: 'part', title: 'tip', insetTop: 3, insetBottom: 3 },
        ),
        Plot.ruleX([0]),
      ],
    },
  );
}
