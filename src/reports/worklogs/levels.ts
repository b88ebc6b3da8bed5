/** Row levels and pivot columns of a worklog report: by what worklogs are put together. */
import { ConnectorError } from '../../core/errors.js';
import { identifier } from '../../core/quote.js';
import { didYouMean } from '../../core/yaml-file.js';
import { WEEKDAYS, type WeekStart } from '../days.js';
import { fieldOf, ISSUE_LEVELS, type IssueLevel } from '../issue-level-words.js';
import { levelSql } from '../issue-levels.js';
import type { Sources } from '../sources.js';

/** Aliases: `w` a worklog with its day, `i` the issue its hours count at, `g` the groups of its author. */
export interface Level {
  /** What tells two values apart. */
  readonly key: string;
  readonly label: string;
  /** Joins that the statement needs for it. */
  readonly needs?: readonly ('issue' | 'groups' | 'parent' | 'top')[];
  /** The id of the field of the system whose history tells what it was. */
  readonly field?: string;
  /** Several values are one. */
  readonly isList?: boolean;
}

type MakeLevel = (sources: Sources, weekStart: WeekStart) => Level;

const simple = (sql: string): Level => ({ key: sql, label: sql });
const perConnection = (id: string) => `w._connection || '|' || ${id}`;

/** Of the issue the hours count at. */
const ofIssue =
  (level: IssueLevel): MakeLevel =>
  (sources) => ({
    ...{ ...simple(levelSql(sources, level)), needs: ['issue'] as const, isList: level.member !== undefined },
    ...(level.field !== undefined && { field: level.field }),
  });

const OF_ISSUES = Object.fromEntries(Object.entries(ISSUE_LEVELS).map(([name, level]) => [name, ofIssue(level)]));

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
  ...OF_ISSUES,
  group: () => ({ ...simple('g.names'), needs: ['groups'] }),
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
    const field = fieldOf(name);
    return { ...simple(text), needs: ['issue'], ...(field && { field }) };
  }
  const near = didYouMean(name, [...LEVEL_NAMES, ...sources.columns('issue').keys()]);
  throw new ConnectorError(
    'usage',
    `${option} ${name} is neither a level nor a column of the view issue.${near} Levels: ${LEVEL_NAMES.join(', ')}.`,
  );
}
