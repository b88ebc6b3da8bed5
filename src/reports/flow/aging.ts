/** Work in progress by its age: what has been begun and is not finished, beside how long finished work took. */

import { count } from '../../core/count.js';
import type { DataColumn, Section } from '../document.js';
import type { Row, Sources } from '../sources.js';
import { endOfDay, type FlowAsked, inDays, linkOf, numberOf, percentile, textOf } from './asked.js';
import { boardNotes } from './board.js';
import { noIssues } from './empty.js';
import { openOf } from './finished.js';
import type { FlowAnswer } from './flow.js';
import { figure, grouped } from './group-table.js';
import { asOfNotes, groupNotes } from './groups.js';
import { bandsOf, beyond, FEWEST, type Leaving, leavingOf, leavingSection, SHARES } from './leaving.js';
import { visitsOf } from './visits.js';

const STALLED_DAYS = 5;

const COLUMNS: readonly DataColumn[] = [
  { name: 'issue_key', label: 'issue', kind: 'issue', link: 'url' },
  { name: 'issue_summary', label: 'summary', kind: 'text' },
  { name: 'status_name', label: 'status', kind: 'text' },
  { name: 'assignee_name', label: 'assignee', kind: 'text' },
  { name: 'age_days', label: 'age in days', kind: 'number' },
  { name: 'beyond_percent', label: 'beyond %', kind: 'number' },
  { name: 'status_days', label: 'days in status', kind: 'number', decimals: 1 },
  { name: 'stalled', kind: 'text' },
  { name: 'flagged', kind: 'text' },
  { name: 'blocked_by', kind: 'text' },
];

export async function aging(sources: Sources, asked: FlowAsked): Promise<FlowAnswer> {
  const leaving = await leavingOf(sources, asked);
  const { whole } = leaving;
  const rows = (await sources.rows(openSql(sources, asked))).map(
    (row): Row => ({
      ...row,
      beyond_percent: beyond(numberOf(row, 'age_days'), leaving.columns.get(textOf(row, 'column_name'))),
    }),
  );
  const limit = whole.finished === 0 ? null : (whole.edges[1] ?? null);
  const old = rows.filter((row) => limit !== null && numberOf(row, 'age_days') > limit).length;
  const [oldest] = rows;
  const answer = !oldest
    ? ((await noIssues(sources, asked)) ?? 'Nothing is in progress; connector report cfd shows where issues stand.')
    : answerOf(oldest, rows.length, old, limit);
  const columns = columnsOf(rows, asked, leaving);
  const bands = bandsOf(columns, leaving);
  const grouping = asked.group === null ? [] : [groupSection(asked.group.name, rows, limit)];
  const issues: Section = {
    id: 'aging',
    heading: 'Age of work in progress',
    plot: {
      form: 'columns',
      title: `Age of each issue in progress, by ${asked.board === null ? 'status' : 'column'}; ${bands.length > 0 ? 'bands: the age by which 50, 85 and 95 % of finished issues had left it' : 'lines: within how many days finished work was done'}`,
      unit: 'days',
      columns,
      bands,
      // Where no column has bands, what is known of the whole is better than nothing.
      lines:
        bands.length > 0 || whole.finished === 0
          ? []
          : SHARES.map(([, label], nth) => ({ value: whole.edges[nth] ?? 0, label: `${label}: ${whole.edges[nth]}` })),
      dots: rows.map((row) => ({
        column: textOf(row, 'column_name'),
        value: numberOf(row, 'age_days'),
        mark: MARKS.find(([name]) => textOf(row, name) !== '')?.[1] ?? 'plain',
        href: linkOf(row),
        tip: tipOf(row),
      })),
    },
    table: {
      columns: asked.group === null ? COLUMNS : [...COLUMNS, { name: 'group', label: asked.group.name, kind: 'text' }],
      rows,
    },
  };
  const [first = issues, ...others] = [
    ...grouping,
    issues,
    ...(rows.length === 0 ? [] : [leavingSection(columns, rows, leaving)]),
  ];
  return {
    answer,
    sections: [first, ...others],
    notes: [
      `Age is in calendar days since an issue ${asked.begunAt === 'last' ? 'entered a status in progress after it last waited to be begun' : 'first entered a status in progress'}, ${asked.asOf === null ? 'today' : asked.asOf} included.`,
      `Stalled is what did not change for ${STALLED_DAYS} days; flagged what carries a flag${asked.asOf === null ? '; blocked what an open issue blocks, by its links' : ''}.`,
      whole.finished === 0
        ? 'Nothing was finished in the period that ages could be held against.'
        : `Held against ${count(whole.finished, 'issue')} finished from ${asked.span.start} to ${asked.span.end}.`,
      ...(whole.finished === 0
        ? []
        : [
            `Beyond 85 % is an issue that is older than 85 % of them were when they had left its ${asked.board === null ? 'status' : 'column: when they were neither there nor left of it any more'}; of fewer than ${FEWEST} nothing is said.`,
          ]),
      ...boardNotes(asked.board),
      ...groupNotes(asked),
      ...asOfNotes(asked),
    ],
  };
}

function answerOf(oldest: Row, issues: number, old: number, limit: number | null): string {
  const [key, age] = [textOf(oldest, 'issue_key'), inDays(numberOf(oldest, 'age_days'))];
  const most = limit === null ? '' : `longer than 85 % of finished work took (${inDays(limit)})`;
  if (issues === 1)
    return `1 issue (${key}) is in progress, for ${age}${most === '' ? '' : `: ${old === 1 ? '' : 'no '}${most}`}.`;
  return `${count(issues, 'issue is', 'issues are')} in progress, the oldest (${key}) for ${age}${most === '' ? '' : `; ${old.toLocaleString('en')} of them for ${most}`}.`;
}

/** What a dot's shape tells, the most urgent first. */
const MARKS = [
  ['flagged', 'flag'],
  ['blocked_by', 'blocked'],
  ['stalled', 'stalled'],
] as const;

function tipOf(row: Row): string {
  const { beyond_percent: share } = row;
  return [
    `${textOf(row, 'issue_key')} ${textOf(row, 'issue_summary')}\n${textOf(row, 'status_name')}, ${inDays(numberOf(row, 'age_days'))}`,
    ...(typeof share === 'number' ? [`beyond ${share} %`] : []),
    ...(row.stalled === 'yes' ? ['stalled'] : []),
    ...(row.flagged === 'yes' ? ['flagged'] : []),
    ...(textOf(row, 'blocked_by') === '' ? [] : [`blocked by ${textOf(row, 'blocked_by')}`]),
  ].join(', ');
}

/** Those of the board where work is, else the statuses that issues are in; those that finished issues left early come first. */
function columnsOf(rows: readonly Row[], { board }: FlowAsked, { columns }: Leaving): readonly string[] {
  const taken = new Set(rows.map((row) => textOf(row, 'column_name')));
  if (board !== null)
    return board.columns
      .filter(({ name, stage }) => stage === 'indeterminate' || taken.has(name))
      .map(({ name }) => name);
  return [...[...columns.keys()].filter((name) => taken.has(name)), ...[...taken].filter((name) => !columns.has(name))];
}

function openSql(sources: Sources, asked: FlowAsked): string {
  const end = endOfDay(asked.today);
  const column = (name: string, type?: string) => sources.column('i', 'issue', name, type);
  const same = (alias: string) => `${alias}._connection = v._connection AND ${alias}.issue_id = v.issue_id`;
  const waited = `coalesce((SELECT max(n.left_at) FROM visit n WHERE ${same('n')} AND n.stage = 'new'), v.entered_at)`;
  const begun = asked.begunAt === 'last' ? ` AND v.entered_at >= ${waited}` : '';
  const changed =
    asked.asOf === null
      ? column('updated', 'TIMESTAMPTZ')
      : `coalesce((SELECT max(h.changed) FROM main.history h WHERE ${same('h')} AND h.changed < ${end}), ${column('created', 'TIMESTAMPTZ')})`;
  const isFlagged = `EXISTS (FROM main.flag_interval g WHERE ${same('g')} AND g.entered_at < ${end} AND (g.left_at IS NULL${asked.asOf === null ? '' : ` OR g.left_at >= ${end}`}))`;
  return `WITH visit AS MATERIALIZED (SELECT * FROM ${visitsOf(sources, asked)}),
      begun AS (SELECT _connection, issue_id, min(entered_at) AS started_at FROM visit v WHERE stage = 'indeterminate'${begun} GROUP BY ALL)
    SELECT v.issue_key, ${column('summary')} AS issue_summary, v.status_name, ${asked.board === null ? "coalesce(v.status_name, 'unknown')" : 'v.column_name'} AS column_name, ${column('assignee_name')} AS assignee_name,
      (date_diff('day', b.started_at, ${end} - INTERVAL 1 MILLISECOND) + 1)::INT AS age_days, round(v.seconds / 86400, 2) AS status_days,
      CASE WHEN ${changed} < ${end} - INTERVAL ${STALLED_DAYS + 1} DAY THEN 'yes' ELSE '' END AS stalled,
      ${sources.has('flag_interval') ? `CASE WHEN ${isFlagged} THEN 'yes' ELSE '' END` : "''"} AS flagged, ${blockedBy(sources, asked)} AS blocked_by, ${column('url')} AS url, v.grp AS "group"
    FROM ${openOf(sources, asked, 'visit')} v JOIN begun b ON ${same('b')} JOIN main.issue i ON i._connection = v._connection AND i.id = v.issue_id
    WHERE v.stage IN ('indeterminate', 'done') ORDER BY age_days DESC, v.issue_key`;
}

/** Links have no history that tells which issues they led to. */
function blockedBy(sources: Sources, { asOf }: FlowAsked): string {
  if (asOf !== null || !sources.has('issue_link') || !sources.has('issue', 'status_category_key')) return "''";
  return `coalesce((SELECT string_agg(l.other_issue_key, ', ' ORDER BY l.other_issue_key) FROM main.issue_link l
    JOIN main.issue o ON o._connection = l._connection AND o.id = l.other_issue_id AND coalesce(o.status_category_key, '') <> 'done'
    WHERE l._connection = v._connection AND l.issue_id = v.issue_id AND lower(l.phrase) = 'is blocked by'), '')`;
}

/** @param limit days that 85 % of finished work took; null where nothing was finished */
function groupSection(name: string, rows: readonly Row[], limit: number | null): Section {
  const table = grouped(rows).map(([group, own]) => {
    const ages = own.map((row) => numberOf(row, 'age_days')).sort((a, b) => a - b);
    return {
      ...{ group, issues: own.length, median_days: percentile(ages, 0.5), oldest_days: ages.at(-1) ?? 0 },
      mean_days: ages.reduce((sum, age) => sum + age, 0) / Math.max(1, ages.length),
      old: limit === null ? null : ages.filter((age) => age > limit).length,
      stalled: own.filter((row) => row.stalled === 'yes').length,
    };
  });
  return {
    id: 'groups',
    heading: `Age of work in progress by ${name}`,
    sentence: `What is in progress, by ${name}.`,
    isOpen: true,
    table: {
      columns: [
        { name: 'group', label: name, kind: 'text' },
        figure('issues', 'issues'),
        figure('median_days', 'median age'),
        figure('mean_days', 'mean age', 1),
        figure('oldest_days', 'oldest'),
        figure('old', 'older than 85 % of finished work'),
        figure('stalled', 'stalled'),
      ],
      rows: table,
    },
  };
}
