/** Row levels and pivot columns of a worklog report: by what worklogs are put together. */
import { ConnectorError } from '../../core/errors.js';
import { identifier, literal } from '../../core/quote.js';
import { didYouMean } from '../../core/yaml-file.js';
import { WEEKDAYS, type WeekStart } from '../days.js';
import type { Sources } from '../sources.js';

/** Aliases: `w` a worklog with its day, `i` the issue its hours count at, `g` the groups of its author. */
export interface Level {
  /** What tells two values apart. */
  readonly key: string;
  readonly label: string;
  /** Joins that the statement needs for it. */
  readonly needs?: readonly ('issue' | 'groups' | 'parent' | 'top')[];
  /** The changelog's id of the field: its value at a moment is known. */
  readonly field?: string;
}

type MakeLevel = (sources: Sources, weekStart: WeekStart) => Level;

const simple = (sql: string): Level => ({ key: sql, label: sql });
const perConnection = (id: string) => `w._connection || '|' || ${id}`;

/** A column of the issue the hours count at. */
const ofIssue =
  (column: string, field?: string): MakeLevel =>
  (sources) => ({ ...simple(sources.column('i', 'issue', column)), needs: ['issue'], ...(field && { field }) });

/** Several values are one: an hour counts once, and totals stay true. */
const listed =
  (column: string, member: string): MakeLevel =>
  (sources) => ({
    ...simple(
      sources.has('issue', column)
        ? `list_aggregate(list_sort(list_transform(i.${identifier(column)}, lambda x: ${member})), 'string_agg', ', ')`
        : 'CAST(NULL AS VARCHAR)',
    ),
    needs: ['issue'],
  });

const keyAndSummary = (alias: string, sources: Sources): Level => ({
  key: `${alias}._connection || '|' || ${sources.column(alias, 'issue', 'id')}`,
  label: `concat_ws(' ', ${sources.column(alias, 'issue', 'key')}, ${sources.column(alias, 'issue', 'summary')})`,
});

const LEVELS: Readonly<Record<string, MakeLevel>> = {
  person: () => ({ key: 'w.author_id', label: 'coalesce(w.author_name, w.author_id)' }),
  project: (sources) => ({
    key: perConnection(`coalesce(${sources.column('i', 'issue', 'project_key')}, w.project_key)`),
    label: `coalesce(${sources.column('i', 'issue', 'project_name')}, w.project_name, ${sources.column('i', 'issue', 'project_key')}, w.project_key)`,
    needs: ['issue'],
  }),
  issue: (sources) => ({
    key: perConnection(`coalesce(${sources.column('i', 'issue', 'id')}, w.issue_id)`),
    label: `concat_ws(' ', coalesce(${sources.column('i', 'issue', 'key')}, w.issue_key, w.issue_id), coalesce(${sources.column('i', 'issue', 'summary')}, w.issue_summary))`,
    needs: ['issue'],
  }),
  epic: () => ({
    key: "w._connection || '|' || w.epic_key",
    label: "concat_ws(' ', w.epic_key, w.epic_summary)",
  }),
  parent: (sources) => ({ ...keyAndSummary('parent', sources), needs: ['issue', 'parent'] }),
  top: (sources) => ({ ...keyAndSummary('top', sources), needs: ['top'] }),
  type: ofIssue('issue_type_name', 'issuetype'),
  status: ofIssue('status_name', 'status'),
  priority: ofIssue('priority_name', 'priority'),
  assignee: ofIssue('assignee_name', 'assignee'),
  component: listed('components', 'x."name"'),
  label: listed('labels', 'x'),
  group: () => ({ ...simple('g.names'), needs: ['groups'] }),
  category: ofIssue('project_category_name'),
  connection: () => simple('w.connection'),
  day: () => simple('CAST(w.day AS VARCHAR)'),
  week: (_sources, weekStart) =>
    simple(`CAST(w.day - CAST((dayofweek(w.day) - ${WEEKDAYS.indexOf(weekStart)} + 7) % 7 AS INTEGER) AS VARCHAR)`),
  month: () => simple("strftime(w.day, '%Y-%m')"),
  restricted: () => simple("CASE WHEN w.visibility_type IS NULL THEN 'open' ELSE 'restricted' END"),
  'comment-word': () => simple("nullif(regexp_extract(w.comment, '^\\s*(\\S+)', 1), '')"),
  'label-tag': () =>
    simple(
      "list_aggregate(list_sort(list_distinct(regexp_extract_all(w.comment, '(^|\\s)#([\\pL\\pN_-]+)', 2))), 'string_agg', ', ')",
    ),
};

/** For the help. */
export const LEVEL_NAMES = Object.keys(LEVELS);

/** @param name of a level, or of a column of `issue`. @throws ConnectorError kind `usage` */
export function levelOf(name: string, sources: Sources, weekStart: WeekStart, option: string): Level {
  const known = Object.hasOwn(LEVELS, name) ? LEVELS[name] : undefined;
  if (known) return known(sources, weekStart);
  const type = sources.columns('issue').get(name);
  if (type !== undefined) {
    const text = `CAST(i.${identifier(name)} AS VARCHAR)`;
    return { ...simple(text), needs: ['issue'], ...fieldOf(name) };
  }
  const near = didYouMean(name, [...LEVEL_NAMES, ...sources.columns('issue').keys()]);
  throw new ConnectorError(
    'usage',
    `${option} ${name} is neither a level nor a column of the view issue.${near} Levels: ${LEVEL_NAMES.join(', ')}.`,
  );
}

/** Columns of `issue` that the changelog knows by another name. */
const HISTORY_FIELDS: Readonly<Record<string, string>> = {
  ...{ status_name: 'status', assignee_name: 'assignee', reporter_name: 'reporter', priority_name: 'priority' },
  ...{ resolution_name: 'resolution', issue_type_name: 'issuetype', summary: 'summary', due_date: 'duedate' },
};

const fieldOf = (column: string) => (Object.hasOwn(HISTORY_FIELDS, column) ? { field: HISTORY_FIELDS[column] } : {});

/** The level with the value the field had when the work began: what the oldest later change took away, else the present one. */
export function atStart({ key, label, ...level }: Level, alias: string): Level {
  const then = (sql: string) => `CASE WHEN ${alias}.changed IS NULL THEN ${sql} ELSE ${alias}.from_text END`;
  return { ...level, key: then(key), label: then(label) };
}

/** Changes of one field, as `atStart` wants them. */
export const changesOf = (field: string, alias: string): string =>
  `ASOF LEFT JOIN (SELECT _connection, issue_id, changed, from_text FROM main.history WHERE field_id = ${literal(field)}) ${alias}` +
  ` ON ${alias}._connection = w._connection AND ${alias}.issue_id = w.issue_id AND w.started < ${alias}.changed`;
