/** How long finished issues took, from the first entry into a status in progress to the last entry into done. */

import { count } from '../../core/count.js';
import type { DataColumn, Section } from '../document.js';
import type { Row, Sources } from '../sources.js';
import { dayOf, type FlowAsked, inDays, linkOf, numberOf, percentile, textOf } from './asked.js';
import { boardNotes } from './board.js';
import { nothingFinished } from './empty.js';
import { begunNote, finishedNotes, finishedOf } from './finished.js';
import type { FlowAnswer } from './flow.js';
import { figure, grouped } from './group-table.js';
import { asOfNotes, groupNotes, MOST_GROUPS } from './groups.js';
import { SHARES } from './leaving.js';
import { IN_PROGRESS } from './names.js';
import { controlNotes, curveOf, placesIn, withRolling } from './rolling.js';
import { hoursBetween, workingDays } from './working-hours.js';

const COLUMNS: readonly DataColumn[] = [
  { name: 'issue_key', label: 'issue', kind: 'issue', link: 'url' },
  { name: 'issue_summary', label: 'summary', kind: 'text' },
  { name: 'issue_type_name', label: 'type', kind: 'text' },
  { name: 'started_at', label: 'begun', kind: 'moment' },
  { name: 'finished_at', label: 'finished', kind: 'moment' },
  { name: 'cycle_days', label: 'days', kind: 'number' },
  { name: 'active_days', label: 'days in progress', kind: 'number', decimals: 1 },
  { name: 'lead_days', label: 'days since created', kind: 'number', decimals: 1 },
  { name: 'reopened_count', label: 'reopened', kind: 'number' },
];

const TIMED: readonly DataColumn[] = [
  { name: 'timed_days', label: 'days in chosen columns', kind: 'number', decimals: 1 },
];
const ROLLING: readonly DataColumn[] = [
  { name: 'rolling_mean_days', label: 'rolling mean', kind: 'number', decimals: 1 },
  { name: 'rolling_deviation_days', label: '± days', kind: 'number', decimals: 1 },
];
const WAITING: readonly DataColumn[] = [
  { name: 'waiting_days', label: 'of them waiting', kind: 'number', decimals: 1 },
  { name: 'flow_efficiency', label: 'flow efficiency in %', kind: 'number' },
];
const HOURS: readonly DataColumn[] = [
  { name: 'elapsed_hours', label: 'hours', kind: 'number', decimals: 1 },
  { name: 'working_hours', label: 'working hours', kind: 'number', decimals: 1 },
];

export async function cycleTime(sources: Sources, asked: FlowAsked): Promise<FlowAnswer> {
  const rows = withRolling(await sources.rows(finishedSql(sources, asked)), asked);
  const begun = rows.filter((row) => row.value !== null);
  const sorted = begun.map((row) => numberOf(row, 'value')).sort((a, b) => a - b);
  const [half, most, nearly] = SHARES.map(([share]) => percentile(sorted, share));
  const atMost = asked.timeIn === null ? 'at most' : 'for at most';
  const took = `${asked.timeIn === null ? 'took' : `were in ${placesIn(asked.timeIn)}`} ${atMost}`;
  const answer =
    begun.length === 0
      ? await nothingFinished(
          sources,
          asked,
          `No issue that had been in ${placesIn(asked.timeIn ?? [IN_PROGRESS])} was finished in this period`,
          asked.timeIn === null ? 'started_at IS NOT NULL' : 'timed_days IS NOT NULL',
        )
      : begun.length === 1
        ? theOne(rows.length, inDays(half ?? 0), asked)
        : `Half of ${count(begun.length, 'issue')} ${took} ${inDays(half ?? 0)}, 85 % ${atMost} ${inDays(most ?? 0)}, 95 % ${atMost} ${inDays(nearly ?? 0)}.`;
  const columns = [
    ...COLUMNS,
    ...(asked.timeIn === null ? [] : TIMED),
    ...(asked.mean === null ? [] : ROLLING),
    ...(asked.waiting === null ? [] : WAITING),
    ...(asked.hours === null ? [] : HOURS),
    ...(asked.group === null ? [] : [{ name: 'group', label: asked.group.name, kind: 'text' as const }]),
  ];
  const issues: Section = {
    id: 'cycle-time',
    heading: 'Cycle time',
    plot: {
      form: 'dots',
      title: `${asked.timeIn === null ? 'Days each issue took' : `Days each issue was in ${placesIn(asked.timeIn)}`}, by the day it was finished`,
      unit: 'days',
      span: asked.span,
      dots: begun.map((row) => ({
        day: dayOf(row, 'finished_at'),
        value: numberOf(row, 'value'),
        href: linkOf(row),
        tip: tipOf(row),
      })),
      ...(asked.mean === null
        ? {
            lines: begun.length === 0 ? [] : SHARES.map(([share, label]) => line(label, percentile(sorted, share))),
          }
        : { lines: begun.length === 0 ? [] : [line('mean', meanOf(sorted))], curve: curveOf(begun) }),
    },
    table: { columns, rows },
  };
  const grouping = asked.group === null ? [] : [groupSection(asked.group.name, rows, asked.timeIn)];
  const [first = issues, ...others] = [...grouping, issues];
  return {
    answer: `${answer}${asked.mean === null || begun.length === 0 ? '' : ` The mean is ${inDays(meanOf(sorted))}; around the last issue it is ${inDays(numberOf(begun.at(-1) ?? {}, 'rolling_mean_days'))}.`}${workedOf(begun, asked)}`,
    sections: [first, ...others],
    notes: notesOf(rows, begun, asked),
  };
}

/** @param finished with those that have no value */
function theOne(finished: number, days: string, { timeIn }: FlowAsked): string {
  if (finished === 1 && timeIn === null) return `The one issue that was finished took ${days}.`;
  const whole = finished === 1 ? 'The one finished issue' : `1 of ${count(finished, 'finished issue')}`;
  return `${whole} had been in ${placesIn(timeIn ?? [IN_PROGRESS])}${timeIn === null ? '; it took' : ', for'} ${days}.`;
}

function finishedSql(sources: Sources, asked: FlowAsked): string {
  const hours = asked.hours === null ? null : hoursBetween(asked.hours);
  const worked = asked.hours === null ? '' : `, ${workingDays(asked.hours, 'ended')}`;
  return `WITH ended AS MATERIALIZED ${finishedOf(sources, asked)}${worked}
    SELECT ${asked.timeIn === null ? 'CASE WHEN started_at IS NOT NULL THEN cycle_days END' : 'timed_days'} AS value, timed_days, issue_key, issue_summary, issue_type_name, started_at, finished_at, cycle_days, active_days, waiting_days, round(100 * flow_efficiency) AS flow_efficiency, lead_days,
      reopened_count, moved_back, history_broken, resolution_name, url, grp AS "group",
      round((epoch_ms(finished_at) - epoch_ms(started_at)) / 3600000, 2) AS elapsed_hours, ${hours === null ? 'NULL' : `round(${hours.sql}, 2)`} AS working_hours
    FROM ended f${hours?.joins ?? ''} ORDER BY finished_at, issue_key`;
}

const meanOf = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / Math.max(1, values.length);
const line = (label: string, value: number) => ({
  value,
  label: `${label}: ${value.toLocaleString('en', { maximumFractionDigits: 1 })}`,
});

function tipOf(row: Row): string {
  const began = row.started_at === null ? '' : `${dayOf(row, 'started_at')} to `;
  const mean =
    typeof row.rolling_mean_days === 'number'
      ? `\nrolling mean ${inDays(row.rolling_mean_days)} ± ${numberOf(row, 'rolling_deviation_days').toFixed(1)}`
      : '';
  return `${textOf(row, 'issue_key')} ${textOf(row, 'issue_summary')}\n${began}${dayOf(row, 'finished_at')}: ${inDays(numberOf(row, 'value'))}${mean}`;
}

function workedOf(begun: readonly Row[], { hours, waiting }: FlowAsked): string {
  const efficient = begun.filter((row) => row.flow_efficiency !== null);
  const mean =
    efficient.reduce((sum, row) => sum + numberOf(row, 'flow_efficiency'), 0) / Math.max(1, efficient.length);
  const worked = begun.map((row) => numberOf(row, 'working_hours')).sort((a, b) => a - b);
  return [
    ...(hours !== null && worked.length > 0
      ? [` In working hours: half ${percentile(worked, 0.5)}, 85 % ${percentile(worked, 0.85)} at most.`]
      : []),
    ...(waiting !== null && efficient.length > 0 ? [` Flow efficiency ${Math.round(mean)} % on average.`] : []),
  ].join('');
}

function notesOf(rows: readonly Row[], begun: readonly Row[], asked: FlowAsked): readonly string[] {
  const never = rows.length - begun.length;
  const broken = rows.filter((row) => row.history_broken === true).length;
  return [
    'Days are calendar days by UTC from when work began, the first and the last included; days in progress are the sum of all times there.',
    begunNote(asked),
    ...finishedNotes(asked),
    ...boardNotes(asked.board),
    ...controlNotes(begun.length, asked),
    ...(never > 0
      ? [
          asked.timeIn === null
            ? `${count(never, 'issue')} finished without ever being in progress: in the table with 0 days, in no percentile.`
            : `${count(never, 'issue')} finished without ever being in ${placesIn(asked.timeIn)}: in no percentile.`,
        ]
      : []),
    ...(broken > 0
      ? [
          `The history of ${count(broken, 'issue')} does not hold together (imports, changed workflows); what it led to is believed.`,
        ]
      : []),
    ...doubtNotes(rows),
    ...(asked.waiting === null
      ? []
      : [
          `Flow efficiency is the part of the time from begun to finished that was work: in progress, under no flag and not in ${asked.waiting.join(', ')}.`,
        ]),
    ...(asked.hours === null
      ? []
      : [
          `Working hours are those of ${asked.hours.text}${asked.hours.daysOff.length === 0 ? '' : `, without ${count(asked.hours.daysOff.length, 'day')} off`}.`,
        ]),
    ...groupNotes(asked),
    ...asOfNotes(asked),
  ];
}

/** Figures of each group, the largest first; those of percentiles are of what has a value. */
function groupSection(name: string, rows: readonly Row[], timeIn: FlowAsked['timeIn']): Section {
  const decimals = timeIn === null ? 0 : 1;
  const table = grouped(rows).map(([group, own]) => {
    const days = own
      .filter((row) => row.value !== null)
      .map((row) => numberOf(row, 'value'))
      .sort((a, b) => a - b);
    const mean = (values: readonly number[]) =>
      values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length;
    const share = (part: number) => (days.length === 0 ? null : percentile(days, part));
    return {
      ...{
        group,
        finished: own.length,
        begun: days.length,
        p50_days: share(0.5),
        p85_days: share(0.85),
        p95_days: share(0.95),
      },
      ...{ mean_days: mean(days), mean_lead_days: mean(own.map((row) => numberOf(row, 'lead_days'))) },
      reopened: own.filter((row) => numberOf(row, 'reopened_count') > 0).length,
    };
  });
  return {
    id: 'groups',
    heading: `Cycle time by ${name}`,
    sentence: `Figures of each ${name}; percentiles are of what ${timeIn === null ? 'was begun' : `had been in ${placesIn(timeIn)}`}.`,
    isOpen: true,
    plot: {
      form: 'ranges',
      title: `Days that half of the issues of each ${name} ${timeIn === null ? 'took' : `were in ${placesIn(timeIn)}`} at most; the tick is ${timeIn === null ? 'what 85 % took' : 'that of 85 %'}`,
      unit: 'days',
      ranges: table
        .filter(({ begun }) => begun > 0)
        .slice(0, MOST_GROUPS)
        .map(({ group, p50_days: half, p85_days: most, begun }) => ({
          ...{ key: group, value: half ?? 0, tick: most ?? 0, role: 'doing' as const },
          tip: `${group}\nhalf within ${inDays(half ?? 0)}, 85 % within ${inDays(most ?? 0)}, ${count(begun, 'issue')}`,
        })),
    },
    table: {
      columns: [
        { name: 'group', label: name, kind: 'text' },
        figure('finished', 'finished'),
        figure('begun', timeIn === null ? 'of them begun' : 'of them there'),
        ...SHARES.map(([share, label]) => figure(`p${share * 100}_days`, `${label} within days`, decimals)),
        figure('mean_days', 'mean days', 1),
        figure('mean_lead_days', 'mean days since created', 1),
        figure('reopened', 'reopened'),
      ],
      rows: table,
    },
  };
}

/** What makes a number doubtful. */
const DOUBTS: readonly (readonly [string, (row: Row) => boolean])[] = [
  ['reopened', (row) => numberOf(row, 'reopened_count') > 0],
  ['moved back to an earlier stage', (row) => row.moved_back === true],
  ['begun and finished in one moment', (row) => row.started_at !== null && row.started_at === row.finished_at],
  ['finished without a resolution', (row) => row.resolution_name === null],
];

/** Each with how often it is so, and an example. */
function doubtNotes(rows: readonly Row[]): readonly string[] {
  const found = DOUBTS.flatMap(([doubt, isSo]) => {
    const those = rows.filter(isSo);
    return those.length === 0
      ? []
      : [`${those.length.toLocaleString('en')} ${doubt} (such as ${textOf(those[0] ?? {}, 'issue_key')})`];
  });
  return found.length === 0 ? [] : [`Of ${count(rows.length, 'issue')}: ${found.join(', ')}.`];
}
