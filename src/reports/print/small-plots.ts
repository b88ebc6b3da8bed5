/** A plot in the size of a word, beside the sentence that says what it shows: no axes, no colours but those with a meaning. */
import * as Plot from '@observablehq/plot';
import type { PlotSpec } from '../document.js';
import { html, type Markup } from '../html/markup.js';
import { drawing } from '../html/plot.js';
import { valuesOf } from './document-plots.js';
import { dateOf, roleColour, sumsOf } from './plot-words.js';

const SIZE = { width: 160, height: 40, margin: 3, axis: null } as const;
/** More would lie upon each other. */
const MOST = 160;
const MAIN = 'var(--c1)';

/** Null: all is zero. */
export function smallPlot(plot: PlotSpec): Markup | null {
  if (valuesOf(plot).every((value) => value === 0)) return null;
  return html`<span class="small" aria-hidden="true">${drawing({ ...SIZE, ...partsOf(plot) })}</span>`;
}

export const smallBars = (bars: readonly { readonly key: string; readonly value: number }[]): Markup =>
  html`<span class="small" aria-hidden="true">${drawing({ ...SIZE, ...barsOf(bars) })}</span>`;

function partsOf(plot: PlotSpec): Plot.PlotOptions {
  switch (plot.form) {
    case 'bars':
      return barsOf([...sumsOf(plot.bars)].map(([key, value]) => ({ key, value })));
    case 'pairs': {
      // What was reached, not what was meant.
      const bars = plot.bars.filter(({ group }) => group === plot.groups.at(-1));
      return barsOf(bars, plot.roles ? roleColour(plot.roles.at(-1) ?? 'plain') : MAIN);
    }
    case 'dots':
      return dots(every(plot.dots).map(({ day, value }) => ({ x: dateOf(day), y: value })));
    case 'columns':
      return dots(
        every(plot.dots).map(({ column, value }) => ({ x: plot.columns.indexOf(column), y: value })),
        true,
      );
    case 'ranges':
      return {
        marks: [
          Plot.barX(plot.ranges, {
            x: 'value',
            y: 'key',
            fill: ({ role }: (typeof plot.ranges)[number]) => roleColour(role),
          }),
        ],
        y: { domain: plot.ranges.map(({ key }) => key), padding: 0.1 },
      };
    case 'areas':
      return {
        color: { domain: plot.bands.map(({ name }) => name), range: plot.bands.map(({ role }) => roleColour(role)) },
        marks: [
          Plot.areaY(
            plot.points.map((point) => ({ ...point, date: dateOf(point.day) })),
            { x: 'date', y: 'value', fill: 'band', order: plot.bands.map(({ name }) => name) },
          ),
        ],
      };
    case 'lines':
    case 'steps':
      return lines(plot);
    case 'stacks':
      return {
        color: { domain: plot.parts.map(({ name }) => name), range: plot.parts.map(({ role }) => roleColour(role)) },
        y: { domain: [...new Set(plot.bars.map(({ key }) => key))], padding: 0.1 },
        marks: [Plot.barX(plot.bars, { x: 'value', y: 'key', fill: 'part' })],
      };
  }
}

const barsOf = (bars: readonly { readonly key: string; readonly value: number }[], fill = MAIN): Plot.PlotOptions => ({
  x: { domain: bars.map(({ key }) => key), padding: 0.15 },
  marks: [Plot.barY(bars, { x: 'key', y: 'value', fill }), Plot.ruleY([0], { stroke: 'var(--soft)' })],
});

const dots = (
  points: readonly { readonly x: Date | number; readonly y: number }[],
  isRow = false,
): Plot.PlotOptions => ({
  x: { inset: 6 },
  y: { zero: true },
  marks: [
    Plot.dot(points, { x: 'x', y: 'y', r: 1.5, fill: isRow ? 'var(--doing)' : MAIN }),
    Plot.ruleY([0], { stroke: 'var(--soft)' }),
  ],
});

function lines(plot: Extract<PlotSpec, { readonly form: 'lines' | 'steps' }>): Plot.PlotOptions {
  const points = plot.points.map((point) => ({
    ...point,
    date: new Date('at' in point ? point.at : `${point.day}T00:00:00Z`),
  }));
  return {
    color: { domain: plot.series.map(({ name }) => name), range: plot.series.map(({ role }) => roleColour(role)) },
    marks: [
      Plot.line(points, {
        ...{ x: 'date', y: 'value', stroke: 'series', strokeWidth: 1.5 },
        curve: plot.form === 'steps' ? 'step-after' : 'linear',
      }),
      Plot.ruleY([0], { stroke: 'var(--soft)' }),
    ],
  };
}

const every = <One>(all: readonly One[]): readonly One[] => {
  const step = Math.max(1, Math.ceil(all.length / MOST));
  return all.filter((_, index) => index % step === 0);
};
