/** A sprint from its start on: what is left and the scope, after each event that changed one of them. */

import { count } from '../../core/count.js';
import { literal } from '../../core/quote.js';
import type { DataColumn, Section } from '../document.js';
import type { Row, Sources } from '../sources.js';
import { type FlowAsked, plain, textOf } from './asked.js';
import { type BurnEvent, burnEvents } from './burn-events.js';
import type { FlowAnswer } from './flow.js';
import { ESTIMATES, meantSprint, nothing } from './sprint-sources.js';

const COLUMNS: readonly DataColumn[] = [
  { name: 'at', label: 'when (UTC)', kind: 'moment', isExact: true },
  { name: 'issue_key', label: 'issue', kind: 'issue', link: 'url' },
  { name: 'event', kind: 'text' },
  { name: 'who', kind: 'text' },
  { name: 'change', kind: 'number', decimals: 1 },
  { name: 'scope', kind: 'number', decimals: 1 },
  { name: 'left', kind: 'number', decimals: 1 },
];

const DAY = 86_400_000;

export async function burndown(sources: Sources, asked: FlowAsked): Promise<FlowAnswer> {
  const meant = await meantSprint(sources, asked);
  const notes = ['Every change is a row: added, removed, re-estimated, done, reopened; times are UTC.', ...ESTIMATES];
  if (meant === null) {
    const empty: Section = { id: 'burndown', heading: 'Burndown', table: { columns: COLUMNS, rows: [] } };
    return { answer: await nothing(sources, asked), sections: [empty], notes };
  }
  const events = await burnEvents(sources, asked, meant);
  const [first, last] = [events[0], events.at(-1)];
  const end = textOf(meant, 'sprint_closed') || textOf(await plannedEnd(sources, meant), 'end_date');
  const name = textOf(meant, 'sprint_name');
  return {
    answer:
      `${name}: ${plain(last?.left ?? 0)} of ${plain(last?.scope ?? 0)} ${meant.sprint_state === 'closed' ? 'were left when it was closed' : 'are left'};` +
      ` it began with ${plain(first?.left ?? 0)}, and ${events.length > 1 ? `${count(events.length - 1, 'event')} followed` : 'nothing changed since'}.`,
    sections: [
      {
        id: 'burndown',
        heading: `Burndown of ${name}`,
        plot: {
          form: 'steps',
          title: 'What remains and the scope of the sprint, weekends shaded; the guideline burns down evenly',
          unit: 'estimate',
          series: [
            { name: 'remaining', role: 'doing' },
            { name: 'scope', role: 'c4' },
            { name: 'guideline', role: 'todo', isThin: true },
          ],
          points: pointsOf(events, meant, end),
          shades: weekendsOf(textOf(meant, 'sprint_started'), [end, untilOf(meant)].sort().at(-1) ?? end),
        },
        table: { columns: COLUMNS, rows: events.map((event) => ({ ...event })) },
      },
    ],
    notes,
  };
}

async function plannedEnd(sources: Sources, meant: Row): Promise<Row> {
  const found = sources.has('board_sprints')
    ? await sources.rows(
        `SELECT end_date FROM main.board_sprints WHERE _connection = ${literal(textOf(meant, '_connection'))} AND id = ${literal(textOf(meant, 'sprint_id'))} AND end_date IS NOT NULL LIMIT 1`,
      )
    : [];
  return found[0] ?? {};
}

const isOver = (meant: Row): boolean => textOf(meant, 'sprint_closed') !== '';
/** Until when it is known: its end, or now. */
const untilOf = (meant: Row): string => textOf(meant, 'sprint_closed') || new Date().toISOString();

function pointsOf(events: readonly BurnEvent[], meant: Row, end: string) {
  const tip = ({ at, issue_key, event, who, left, scope }: BurnEvent) =>
    `${at.slice(0, 16).replace('T', ' ')}${issue_key === '' ? '' : ` ${issue_key}`} ${event}${who === '' ? '' : ` by ${who}`}\nleft ${plain(left)}, scope ${plain(scope)}`;
  const last = events.at(-1);
  const all =
    last === undefined
      ? []
      : [
          ...events,
          { ...last, at: untilOf(meant), event: isOver(meant) ? 'at the end' : 'now', issue_key: '', who: '' },
        ];
  const [first] = events;
  const even =
    first === undefined || end === ''
      ? []
      : [
          { at: first.at, series: 'guideline', value: first.left, tip: '' },
          { at: end, series: 'guideline', value: 0, tip: '' },
        ];
  return [
    ...(
      [
        ['remaining', 'left'],
        ['scope', 'scope'],
      ] as const
    ).flatMap(([series, member]) =>
      all.map((event) => ({ at: event.at, series, value: event[member], tip: tip(event) })),
    ),
    ...even,
  ];
}

/** Saturdays and Sundays of UTC between two moments. */
function weekendsOf(from: string, until: string): readonly { readonly from: string; readonly until: string }[] {
  const [start, end] = [Date.parse(from), Date.parse(until)];
  const shades: { from: string; until: string }[] = [];
  for (let day = Math.floor(start / DAY) * DAY; day < end; day += DAY) {
    if (![0, 6].includes(new Date(day).getUTCDay())) continue;
    const [begin, over] = [Math.max(day, start), Math.min(day + DAY, end)];
    if (over > begin) shades.push({ from: new Date(begin).toISOString(), until: new Date(over).toISOString() });
  }
  return shades;
}
