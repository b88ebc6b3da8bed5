/** The plots of sprints and epics: bars side by side, steps over time, and bars in parts. */
import * as Plot from '@observablehq/plot';
import { eachDay } from '../days.js';
import type { PlotOf } from '../document.js';
import type { Markup } from '../html/markup.js';
import { ABOVE, figure, WIDTH } from '../html/plot.js';
import { cutApart, short } from '../html/words.js';
import {
  across,
  amountAxis,
  BELOW,
  coloursOf,
  dateOf,
  dayAxis,
  keyOf,
  keysOf,
  LETTER_WIDTH,
  LINES_MARGIN,
  lying,
  roleColour,
  sumsOf,
} from './plot-words.js';

/** Names of sprints are long: beyond so many they would lie upon each other. */
const MOST_LABELS = 8;
/** Points that dots would make a band of. */
const MANY = 80;
const HEIGHT = 286;
/** Between the axes. */
const INNER = HEIGHT - ABOVE - 30;

export function pairs({ title, unit, bars, groups, roles, line }: PlotOf<'pairs'>, text: string): Markup {
  const keys = [...new Set(bars.map(({ key }) => key))];
  const step = Math.ceil(keys.length / MOST_LABELS);
  const shown = new Set(keys.filter((_, index) => index % step === 0));
  const values = bars.map(({ value }) => value);
  const most = Math.max(...values);
  const letters = Math.floor((step * (WIDTH - 60 - LINES_MARGIN)) / keys.length / LETTER_WIDTH);
  const names = cutApart(keys, letters);
  const colours = roles ? roles.map(roleColour) : coloursOf(groups);
  const named = roles
    ? groups.map((name, index) => keyOf({ name, role: roles[index] ?? 'plain' }))
    : keysOf(groups.length === 1 && groups[0] === unit ? [] : groups);
  return figure(
    { title, text, keys: named },
    {
      ...{ height: HEIGHT, marginBottom: 30, marginRight: line ? LINES_MARGIN : 30 },
      fx: {
        ...{ domain: keys, label: null, padding: 0.2 },
        tickFormat: (key: string) => (shown.has(key) ? (names.get(key) ?? key) : ''),
      },
      x: { domain: [...groups], axis: null },
      y: amountAxis(unit, values),
      color: { domain: [...groups], range: colours },
      marks: [
        Plot.barY(bars, { fx: 'key', x: 'group', y: 'value', fill: 'group', title: 'tip' }),
        ...(line ? across([line], (value) => (value / most) * INNER, INNER, keys.at(-1)) : []),
        Plot.ruleY([0]),
      ],
    },
  );
}

export function steps({ title, unit, series, points, shades }: PlotOf<'steps'>, text: string): Markup {
  const dated = points.map((point) => ({ ...point, date: new Date(point.at) }));
  const of = (isThin: boolean) => {
    // The first series is drawn last: where two have one value it is the one that is seen.
    const names = series.filter((one) => (one.isThin ?? false) === isThin).map(({ name }) => name);
    return names.toReversed().flatMap((name) => dated.filter((point) => point.series === name));
  };
  const times = points.map(({ at }) => at).sort();
  const [first = '', last = ''] = [times[0], times.at(-1)];
  const days = eachDay({ start: first.slice(0, 10), end: last.slice(0, 10) });
  return figure(
    { title, text, keys: series.map(keyOf) },
    {
      ...{ height: 320, marginRight: 30 },
      x: { ...dayAxis(days), domain: [dateOf(first.slice(0, 10)), new Date(last)] },
      y: amountAxis(
        unit,
        points.map(({ value }) => value),
      ),
      color: { domain: series.map(({ name }) => name), range: series.map(({ role }) => roleColour(role)) },
      marks: [
        Plot.rectX(
          shades.map(({ from, until }) => ({ from: new Date(from), until: new Date(until) })),
          { x1: 'from', x2: 'until', fill: 'var(--wash)' },
        ),
        Plot.line(of(true), { x: 'date', y: 'value', stroke: 'series', strokeWidth: 1, strokeDasharray: '4 3' }),
        Plot.line(of(false), { x: 'date', y: 'value', stroke: 'series', strokeWidth: 2, curve: 'step-after' }),
        Plot.dot(of(false), { x: 'date', y: 'value', fill: 'series', r: dated.length > MANY ? 1.5 : 3, title: 'tip' }),
        Plot.ruleY([0]),
      ],
    },
  );
}

export function stacks({ title, unit, bars, parts }: PlotOf<'stacks'>, text: string): Markup {
  const keys = [...new Set(bars.map(({ key }) => key))];
  return figure(
    { title, text, keys: parts.map(keyOf) },
    {
      ...lying(keys, 26),
      marginRight: 30,
      x: { ...amountAxis(unit, [...sumsOf(bars).values()]), ...BELOW },
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
