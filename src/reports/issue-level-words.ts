/** What issues are put together by: a word for each, the column of `issue` it stands for, and the field whose history tells what it was. The help shows it without loading a database. */

export interface IssueLevel {
  readonly column: string;
  /** Of people the column that tells two of one name apart. */
  readonly id?: string;
  /** Of lists: what of an element `x` is shown. */
  readonly member?: string;
  /** As `field_history` calls it. */
  readonly field?: string;
}

export const ISSUE_LEVELS = {
  issue_type: { column: 'issue_type_name', field: 'issuetype' },
  status: { column: 'status_name', field: 'status' },
  status_category: { column: 'status_category_key' },
  priority: { column: 'priority_name', field: 'priority' },
  assignee: { column: 'assignee_name', id: 'assignee_id', field: 'assignee' },
  reporter: { column: 'reporter_name', id: 'reporter_id', field: 'reporter' },
  resolution: { column: 'resolution_name', field: 'resolution' },
  component: { column: 'components', member: 'x."name"', field: 'components' },
  fix_version: { column: 'fix_versions', member: 'x."name"', field: 'fixVersions' },
  label: { column: 'labels', member: 'x', field: 'labels' },
  project_category: { column: 'project_category_name' },
  sprint: { column: 'sprint' },
} as const satisfies Readonly<Record<string, IssueLevel>>;

/** Of reports of issues alone; timesheets know these by more than a key. */
const KEYS: Readonly<Record<string, IssueLevel>> = {
  project: { column: 'project_key', field: 'project' },
  epic: { column: 'epic_key' },
  parent: { column: 'parent_key', field: 'parent' },
  connection: { column: 'connection' },
};

export const ISSUE_LEVEL_WORDS: Readonly<Record<string, IssueLevel>> = { ...ISSUE_LEVELS, ...KEYS };

/** For the help. */
export const ISSUE_LEVEL_NAMES = Object.keys(ISSUE_LEVEL_WORDS);

/** Columns that no word stands for. */
const MORE: readonly IssueLevel[] = [
  { column: 'summary', field: 'summary' },
  { column: 'due_date', field: 'duedate' },
  { column: 'project_name', field: 'project' },
  { column: 'security_level_name', field: 'security' },
  { column: 'affects_versions', member: 'x."name"', field: 'versions' },
  { column: 'creator_name', id: 'creator_id' },
];

/** A column is read as the word that stands for it: `components` as `component`. */
export const levelOfColumn = (column: string): IssueLevel =>
  [...Object.values(ISSUE_LEVEL_WORDS), ...MORE].find((level) => level.column === column) ?? { column };
