/** Row levels and pivot columns of a worklog report: by what worklogs are put together. */
import { WEEKDAYS, type WeekStart } from '../days.js';
import { ISSUE_LEVELS, type IssueLevel } from '../issue-level-words.js';
import { issueLevel, levelSql } from '../issue-levels.js';
import type { Sources } from '../sources.js';

/** Aliases: `w` a worklog with its day, `i` the issue its hours count at, `g` the groups of its author. */
export interface Level {
  /** What tells two values apart. */
  readonly key: string;
  readonly label: string;
  /** Joins that the statement needs for it. */
  readonly needs?: readonly ('issue' | 'groups' | 'parent' | 'top')[];
  /** Of what an issue has in a column of its own. */
  readonly ofIssue?: IssueLevel;
}

type MakeLevel = (sources: Sources, weekStart: WeekStart) => Level;

const simple = (sql: string): Level => ({ key: sql, label: sql });
const perConnection = (id: string) => `w._connection || '|' || ${id}`;

/** Of the issue the hours count at. People are told apart by their accounts: a name may be changed, or that of two. A row `w` has what stands before an id. */
const ofIssue =
  (level: IssueLevel): MakeLevel =>
  (sources) => {
    const label = levelSql(sources, level);
    const key =
      level.id === undefined ? label : `coalesce(w.id_site || ${sources.column('i', 'issue', level.id)}, ${label})`;
    return { key, label, needs: ['issue'], ofIssue: level };
  };

const OF_ISSUES = Object.fromEntries(Object.entries(ISSUE_LEVELS).map(([name, level]) => [name, ofIssue(level)]));

const keyAndSummary = (alias: string, sources: Sources): Level => ({
  key: `${alias}._connection || '|' || ${sources.column(alias, 'issue', 'id')}`,
  label: `concat_ws(' ', ${sources.column(alias, 'issue', 'key')}, ${sources.column(alias, 'issue', 'summary')})`,
});

const LEVELS: Readonly<Record<string, MakeLevel>> = {
  person: () => ({ key: 'w.id_site || w.author_id', label: 'coalesce(w.author_name, w.author_id)' }),
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
  connection: () => ({ key: 'w._connection', label: 'w.connection' }),
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
  const make = known ?? ofIssue(issueLevel(sources, name, option, LEVEL_NAMES));
  return make(sources, weekStart);
}
