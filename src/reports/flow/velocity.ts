/** What was committed and completed in the closed sprints of a period. */

import { count } from '../../core/count.js';
import type { DataColumn } from '../document.js';
import type { Sources } from '../sources.js';
import { during, type FlowAsked, numberOf, plain, textOf } from './asked.js';
import type { FlowAnswer } from './flow.js';
import { ESTIMATES, nothing, outcomesOf } from './sprint-sources.js';

/** Sprints that the mean is of. */
const LAST = 5;

const COLUMNS: readonly DataColumn[] = [
  { name: 'sprint_name', label: 'sprint', kind: 'text' },
  { name: 'closed', kind: 'day' },
  { name: 'committed', kind: 'number', decimals: 1 },
  { name: 'completed', kind: 'number', decimals: 1 },
  { name: 'committed_issues', label: 'issues committed', kind: 'number' },
  { name: 'completed_issues', label: 'issues completed', kind: 'number' },
  { name: 'unestimated_issues', label: 'without estimate', kind: 'number' },
  { name: 'connection', kind: 'text' },
  { name: 'sprint_id', label: 'id', kind: 'text' },
];

export async function velocity(sources: Sources, asked: FlowAsked): Promise<FlowAnswer> {
  const rows = sources.has('sprint_outcome') ? await closedSprints(sources, asked) : [];
  const last = rows.slice(-LAST).map((row) => numberOf(row, 'completed'));
  const mean = last.reduce((sum, one) => sum + one, 0) / Math.max(1, last.length);
  const answer = rows.length === 0 ? await nothing(sources, asked) : answerOf(last, mean, rows.length);
  const groups = ['committed', 'completed'];
  return {
    answer,
    sections: [
      {
        id: 'velocity',
        heading: 'Velocity',
        plot: {
          form: 'pairs',
          title: `Committed and completed in each sprint${last.length > 1 ? `; line: mean completed of the last ${last.length}` : ''}`,
          unit: 'estimate',
          groups,
          roles: ['todo', 'done'],
          ...(last.length > 1 && { line: { value: mean, label: `mean ${plain(mean)}` } }),
          bars: rows.flatMap((row) =>
            groups.map((group) => ({
              key: `${textOf(row, 'sprint_name')}${repeats(rows, row) ? ` (${textOf(row, 'sprint_id')})` : ''}`,
              group,
              value: numberOf(row, group),
              tip: `${textOf(row, 'sprint_name')}, closed ${textOf(row, 'closed')}\n${plain(numberOf(row, 'completed'))} completed of ${plain(numberOf(row, 'committed'))} committed`,
            })),
          ),
        },
        table: { columns: COLUMNS, rows },
      },
    ],
    notes: [
      'Committed is the estimate at the start of what was in the sprint then, completed the estimate at the end of what was done in it.',
      'What was done before it came into the sprint counts in neither; what was added and done within counts as completed alone.',
      ...ESTIMATES,
    ],
  };
}

function answerOf(last: readonly number[], mean: number, all: number): string {
  if (last.length === 1) return `The one sprint that was closed completed ${plain(mean)}.`;
  const which = all > LAST ? `The last ${LAST} of ${all} sprints` : `${count(last.length, 'sprint')}`;
  if (mean === 0) return `${which} completed nothing that is estimated.`;
  return `${which} completed ${plain(mean)} on average, between ${plain(Math.min(...last))} and ${plain(Math.max(...last))}.`;
}

const closedSprints = (sources: Sources, asked: FlowAsked) =>
  sources.rows(
    `SELECT connection, sprint_id, coalesce(sprint_name, sprint_id) AS sprint_name, strftime(sprint_closed, '%Y-%m-%d') AS closed,
       sum(CASE WHEN was_committed THEN estimate_at_start ELSE 0 END) AS committed,
       sum(CASE WHEN outcome = 'completed' THEN estimate_at_end ELSE 0 END) AS completed,
       count(*) FILTER (was_committed)::INT AS committed_issues, count(*) FILTER (outcome = 'completed')::INT AS completed_issues,
       count(*) FILTER (is_unestimated AND outcome <> 'completed_before')::INT AS unestimated_issues
     FROM ${outcomesOf(sources, asked)} o WHERE sprint_state = 'closed' AND ${during('sprint_closed', asked.span)}
     GROUP BY connection, sprint_id, sprint_name, sprint_closed ORDER BY sprint_closed, TRY_CAST(sprint_id AS BIGINT)`,
  );

const repeats = (
  rows: readonly Readonly<Record<string, unknown>>[],
  { sprint_name: name }: Readonly<Record<string, unknown>>,
) => rows.filter((row) => row.sprint_name === name).length > 1;
