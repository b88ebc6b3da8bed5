/** One sprint: what was completed, what was not, what was removed, and what had been done before. */

import { count } from '../../core/count.js';
import type { DataColumn, Section } from '../document.js';
import type { Row, Sources } from '../sources.js';
import { type FlowAsked, numberOf, plain, textOf } from './asked.js';
import type { FlowAnswer } from './flow.js';
import { ESTIMATES, meantSprint, nothing, onlyOf, outcomesOf } from './sprint-sources.js';

/** Outcomes in their order, and what people call them. */
const LISTS = [
  ['completed', 'Completed'],
  ['not_completed', 'Not completed'],
  ['completed_before', 'Completed before'],
  ['removed', 'Removed'],
] as const;

const COLUMNS: readonly DataColumn[] = [
  { name: 'issue_key', label: 'issue', kind: 'issue', link: 'url' },
  { name: 'issue_summary', label: 'summary', kind: 'text' },
  { name: 'issue_type_name', label: 'type', kind: 'text' },
  { name: 'assignee_name', label: 'assignee', kind: 'text' },
  { name: 'added', kind: 'text' },
  { name: 'estimate_at_start', label: 'estimate at start', kind: 'number', decimals: 1 },
  { name: 'estimate_at_end', label: 'at end', kind: 'number', decimals: 1 },
  { name: 'outcome', kind: 'text', names: Object.fromEntries(LISTS) },
];

export async function sprint(sources: Sources, asked: FlowAsked): Promise<FlowAnswer> {
  const meant = await meantSprint(sources, asked);
  const rows =
    meant === null
      ? []
      : await sources.rows(
          `SELECT issue_key, issue_summary, issue_type_name, assignee_name, CASE WHEN was_added THEN '* added' ELSE '' END AS added,
             estimate_at_start, estimate_at_end, outcome, url, was_committed FROM ${outcomesOf(sources, asked)} o WHERE ${onlyOf(meant)}
           ORDER BY list_position(['completed', 'not_completed', 'completed_before', 'removed'], outcome), length(issue_key), issue_key`,
        );
  const sum = (member: string, keep: (row: Row) => boolean) =>
    rows.filter(keep).reduce((all, row) => all + numberOf(row, member), 0);
  const of = (outcome: string) => (row: Row) => row.outcome === outcome;
  const parts = [
    ['committed', sum('estimate_at_start', (row) => row.was_committed === true)],
    ['added', sum('estimate_at_start', (row) => row.added !== '')],
    ['removed', sum('estimate_at_end', of('removed'))],
    ['completed', sum('estimate_at_end', of('completed'))],
    [meant?.sprint_state === 'closed' ? 'carried over' : 'to do', sum('estimate_at_end', of('not_completed'))],
  ] as const;
  const lists = LISTS.map(([outcome, heading]) =>
    listSection(outcome, heading, rows.filter(of(outcome)), sum('estimate_at_end', of(outcome))),
  );
  const whole: Section = {
    id: 'sprint',
    heading: meant === null ? 'Sprint' : textOf(meant, 'sprint_name'),
    isBelow: true,
    plot: {
      form: 'pairs',
      title: 'Estimates: committed, added, removed, completed and what is left',
      unit: 'estimate',
      groups: ['estimate'],
      bars: parts.map(([key, value]) => ({ key, group: 'estimate', value, tip: `${key}: ${plain(value)}` })),
    },
    table: { columns: COLUMNS, rows },
  };
  return {
    answer: meant === null ? await nothing(sources, asked) : sentence(meant, rows, new Map(parts)),
    sections: [whole, ...lists.filter(({ table }) => table.rows.length > 0)],
    notes: [
      '* was added after the start.',
      'Completed before is what was done when it came; it counts in no sum.',
      ...ESTIMATES,
    ],
  };
}

function listSection(id: string, heading: string, rows: readonly Row[], sum: number): Section {
  return {
    id,
    heading,
    isOpen: true,
    sentence: `${count(rows.length, 'issue')}, ${plain(sum)} by estimate.`,
    table: { columns: COLUMNS.slice(0, -1), rows },
  };
}

function sentence(meant: Row, rows: readonly Row[], sums: ReadonlyMap<string, number>): string {
  const day = (name: string) => textOf(meant, name).slice(0, 10);
  const isClosed = meant.sprint_state === 'closed';
  const when = isClosed ? `${day('sprint_started')} to ${day('sprint_closed')}` : `since ${day('sprint_started')}`;
  const done = rows.filter(({ outcome }) => outcome === 'completed').length;
  const left = rows.filter(({ outcome }) => outcome === 'not_completed').length;
  const rest = sums.get(isClosed ? 'carried over' : 'to do') ?? 0;
  return `${textOf(meant, 'sprint_name')} (${when}): ${count(done, 'issue')} completed with ${plain(sums.get('completed') ?? 0)} of ${plain(sums.get('committed') ?? 0)} committed, ${left === 0 ? 'none left' : `${left.toLocaleString('en')} not completed with ${plain(rest)}`}.`;
}
