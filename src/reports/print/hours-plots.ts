/** Hours over time, and by project or person: a sentence, a plot, and the table behind it. */
import * as Plot from '@observablehq/plot';
import { type HoursShown, inUnit, showSeconds } from '../hours.js';
import { html, type Markup } from '../html/markup.js';
import { folded, prose } from '../html/page.js';
import { figure, PALETTE } from '../html/plot.js';
import { type Cell, type Table, table } from '../html/table.js';
import { capital, share, short, shortDay, ticksOf } from '../html/words.js';
import type { Pivot, PivotRow } from '../worklogs/pivot.js';
import { amount, MOST_ROWS, unitOf } from './hour-cells.js';
import { amountAxis, BELOW, coloursOf, dayFormat, keysOf, lying } from './plot-words.js';

/** Projects in the order of their hours; what has no colour of its own is *other*. @param by day, week or month */
export function overTime({ columns, total }: Pivot, by: string, shown: HoursShown): Markup {
  const projects = [...total.rows].sort((a, b) => b.seconds - a.seconds);
  const named = projects.slice(0, projects.length > PALETTE ? PALETTE - 1 : PALETTE);
  const hasRest = projects.length > named.length;
  const keys = [...named.map(({ label }) => label), ...(hasRest ? ['other'] : [])];
  const bars = columns.flatMap(({ key }) =>
    keys.map((project, index) => {
      const rows = index === named.length ? projects.slice(index) : projects.slice(index, index + 1);
      const seconds = rows.reduce((sum, row) => sum + (row.cells.get(key) ?? 0), 0);
      return {
        column: key,
        project: String(index),
        amount: inUnit(seconds, shown),
        tip: `${key}\n${project}: ${showSeconds(seconds, shown)}`,
      };
    }),
  );
  const most = columns.reduce(
    (best, { key }) => ((total.cells.get(key) ?? 0) > (total.cells.get(best) ?? -1) ? key : best),
    '',
  );
  const text = `The most was logged ${wordsOf(by, most)}: ${showSeconds(total.cells.get(most) ?? 0, shown)} ${unitOf(shown)}.`;
  const drawn = figure(
    { title: `${capital(unitOf(shown))} logged by ${by}, stacked by project`, text, keys: keysOf(keys, hasRest) },
    {
      height: 260,
      x: {
        domain: columns.map(({ key }) => key),
        ticks: ticksOf(columns.map(({ key }) => key)),
        tickFormat: dayFormat(columns.map(({ key }) => key)),
        label: null,
      },
      y: amountAxis(unitOf(shown), sumsIn(columns, total, shown)),
      color: {
        domain: keys.map((_, index) => String(index)),
        range: coloursOf(keys, hasRest),
      },
      marks: [
        Plot.barY(
          bars.filter(({ amount }) => amount > 0),
          { x: 'column', y: 'amount', fill: 'project', title: 'tip', inset: 0.5 },
        ),
        Plot.ruleY([0]),
      ],
    },
  );
  const cells = (row: PivotRow): readonly Cell[] => [
    { text: row.label },
    ...columns.map(({ key }) => amount(row.cells.get(key), shown)),
    amount(row.seconds, shown),
  ];
  const rows: Table = {
    caption: 'Hours by project and time',
    isGrid: true,
    head: [{ text: 'project' }, ...columns.map(({ key }) => ({ text: shortDay(key) })), { text: 'total' }],
    rows: projects.map((row) => ({ cells: cells(row) })),
    foot: { cells: cells({ ...total, label: 'total' }) },
  };
  return html`<p>${prose(text)}</p>\n${drawn}\n${folded('As a table', table(rows))}`;
}

const sumsIn = (columns: Pivot['columns'], { cells }: PivotRow, shown: HoursShown) =>
  columns.map(({ key }) => inUnit(cells.get(key) ?? 0, shown));

/** `on 3 Mar 2026`, `in the week of 2 Mar 2026`, `in Mar 2026`; a column that is no time as it is. */
export function wordsOf(by: string, key: string): string {
  if (!/^\d{4}-\d{2}/.test(key)) return `for ${key}`;
  if (by === 'month') return `in ${shortDay(key)}`;
  return `${by === 'week' ? 'in the week of' : 'on'} ${shortDay(key)} ${key.slice(0, 4)}`;
}

const MOST_BARS = 20;

export function ranked(total: PivotRow, what: string, shown: HoursShown): Markup {
  const rows = [...total.rows].sort((a, b) => b.seconds - a.seconds);
  const bars = rows.slice(0, MOST_BARS).map(({ key, label, seconds }) => ({
    key,
    amount: inUnit(seconds, shown),
    shown: showSeconds(seconds, shown),
    tip: `${label}: ${showSeconds(seconds, shown)}`,
  }));
  const labels = new Map(rows.map(({ key, label }) => [key, label]));
  const [first] = rows;
  const text = `${first?.label ?? ''} has the most: ${share(first?.seconds ?? 0, total.seconds)} of all.`;
  const drawn = figure(
    {
      title: `${capital(unitOf(shown))} by ${what}${rows.length > MOST_BARS ? `, the first ${MOST_BARS} of ${rows.length}` : ''}`,
      text,
    },
    {
      ...lying(
        bars.map(({ key }) => labels.get(key) ?? key),
        24,
      ),
      marginRight: 80,
      x: { grid: true, label: unitOf(shown), ...BELOW },
      y: {
        domain: bars.map(({ key }) => key),
        tickFormat: (key: string) => short(labels.get(key) ?? key),
        label: null,
        tickSize: 0,
      },
      marks: [
        Plot.barX(bars, { x: 'amount', y: 'key', fill: 'var(--c1)', title: 'tip', insetTop: 2, insetBottom: 2 }),
        Plot.text(bars, { x: 'amount', y: 'key', text: 'shown', textAnchor: 'start', dx: 4 }),
        Plot.ruleX([0]),
      ],
    },
  );
  const asTable: Table = {
    caption: `Hours by ${what}`,
    head: [{ text: what }, { text: unitOf(shown) }, { text: 'share' }, { text: 'worklogs' }],
    rows: rows.slice(0, MOST_ROWS).map((row) => ({
      cells: [
        { text: row.label },
        amount(row.seconds, shown),
        { text: share(row.seconds, total.seconds) },
        { text: String(row.worklogs) },
      ],
    })),
    foot: { cells: [{ text: 'total' }, amount(total.seconds, shown), { text: '' }, { text: String(total.worklogs) }] },
  };
  return html`<p>${prose(text)}</p>\n${drawn}\n${folded('As a table', table(asTable))}`;
}
