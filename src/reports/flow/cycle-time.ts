/** How long finished issues took, from the first entry into a status in progress to the last entry into done. */
import type { DataColumn } from '../document.js';
import { count } from '../freshness.js';
import type { Sources } from '../sources.js';
import { dayOf, during, type FlowAsked, inDays, linkOf, numberOf, percentile, textOf, within } from './asked.js';
import type { FlowAnswer } from './flow.js';

export const SHARES = [
  [0.5, '50 %'],
  [0.85, '85 %'],
  [0.95, '95 %'],
] as const;

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

export async function cycleTime(sources: Sources, asked: FlowAsked): Promise<FlowAnswer> {
  const rows = await sources.rows(
    `SELECT issue_key, issue_summary, issue_type_name, started_at, finished_at, cycle_days, active_days, lead_days, reopened_count, history_broken, url
     FROM main.cycle_time c WHERE ${during('finished_at', asked.span)} AND ${within(sources, 'cycle_time', 'c', asked)}
     ORDER BY finished_at, issue_key`,
  );
  const begun = rows.filter((row) => row.started_at !== null);
  const sorted = begun.map((row) => numberOf(row, 'cycle_days')).sort((a, b) => a - b);
  const [half, most, nearly] = SHARES.map(([share]) => percentile(sorted, share));
  const never = rows.length - begun.length;
  const broken = rows.filter((row) => row.history_broken === true).length;
  const answer =
    begun.length === 0
      ? 'No issue that was in progress was finished in this period.'
      : `Half of ${count(begun.length, 'issue')} took at most ${inDays(half ?? 0)}, 85 % at most ${inDays(most ?? 0)}, 95 % at most ${inDays(nearly ?? 0)}.`;
  return {
    answer,
    sections: [
      {
        id: 'cycle-time',
        heading: 'Cycle time',
        plot: {
          form: 'dots',
          title: 'Days each issue took, by the day it was finished',
          unit: 'days',
          dots: begun.map((row) => ({
            day: dayOf(row, 'finished_at'),
            value: numberOf(row, 'cycle_days'),
            href: linkOf(row),
            tip: `${textOf(row, 'issue_key')} ${textOf(row, 'issue_summary')}\n${dayOf(row, 'started_at')} to ${dayOf(row, 'finished_at')}: ${inDays(numberOf(row, 'cycle_days'))}`,
          })),
          lines:
            sorted.length === 0
              ? []
              : SHARES.map(([share, label]) => ({
                  value: percentile(sorted, share),
                  label: `${label}: ${percentile(sorted, share)}`,
                })),
        },
        table: { columns: COLUMNS, rows },
      },
    ],
    notes: [
      'Days are calendar days by UTC, the first and the last included; work begins with the first entry into a status of the category in progress, and ends with the last entry into done.',
      ...(never > 0
        ? [
            `${count(never, 'issue')} finished without ever being in progress: in the table with 0 days, in no percentile.`,
          ]
        : []),
      ...(broken > 0
        ? [
            `The history of ${count(broken, 'issue')} does not hold together (imports, changed workflows); what it led to is believed.`,
          ]
        : []),
    ],
  };
}
