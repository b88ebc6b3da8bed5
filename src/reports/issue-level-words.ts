/** What issues are put together by: a word for each, the column of `issue` it stands for, and the field whose history tells what it was. The help shows it without loading a database. */

export interface IssueLevel {
  readonly column: string;
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
  assignee: { column: 'assignee_name', field: 'assignee' },
  reporter: { column: 'reporter_name', field: 'reporter' },
  resolution: { column: 'resolution_name', field: 'resolution' },
  component: { column: 'components', member: 'x."name"', field: 'components' },
  'fix-version': { column: 'fix_versions', member: 'x."name"', field: 'fixVersions' },
  label: { column: 'labels', member: 'x', field: 'labels' },
  project_category: { column: 'project_category_name' },
} as const satisfies Readonly<Record<string, IssueLevel>>;

/** Of reports of issues alone; timesheets know these by more than a key. */
const KEYS: Readonly<Record<string, IssueLevel>> = {
  project: { column: 'project_key', field: 'project' },
  epic: { column: 'epic_key' },
  parent: { column: 'parent_key', field: 'parent' },
  sprint: { column: 'sprint' },
  connection: { column: 'connection' },
};

export const ISSUE_LEVEL_WORDS: Readonly<Record<string, IssueLevel>> = { ...ISSUE_LEVELS, ...KEYS };

/** For the help. */
export const ISSUE_LEVEL_NAMES = Object.keys(ISSUE_LEVEL_WORDS);

/** Columns of `issue` that the changelog knows by another name than the levels do. */
const MORE: Readonly<Record<string, string>> = { summary: 'summary', due_date: 'duedate', parent_key: 'parent' };

/** The field behind a column of `issue`, where it is one of the system. */
export function fieldOf(column: string): string | undefined {
  const level: IssueLevel | undefined = Object.values(ISSUE_LEVELS).find((one) => one.column === column);
  return level?.field ?? (Object.hasOwn(MORE, column) ? MORE[column] : undefined);
}
