/**
 * The views of one connection: names instead of ids, lists as rows. One list, from which the terminal, other readers' SQL,
 * Snowflake's text and the docs are made.
 */
import type { ConnectionTables } from './connection-tables.js';
import { cycleTimeView } from './cycle-time.js';
import { fieldHistoryView } from './field-history.js';
import {
  developmentSummaryView,
  fieldOptionSeenView,
  issueFieldValueView,
  requestSlaView,
  teamSeenView,
} from './field-values.js';
import { assigneeIntervalView, flagIntervalView, projectIntervalView, statusIntervalView } from './intervals.js';
import {
  issueAffectsVersionView,
  issueAttachmentView,
  issueComponentView,
  issueFixVersionView,
  issueLabelView,
  issueLinkView,
  issueSprintView,
  issueSubtaskView,
} from './issue-lists.js';
import { commentView, historyView, issueView, worklogView } from './issue-views.js';
import { epicProgressView, versionProgressView } from './progress.js';
import type { PeopleView, ViewBody } from './shown-column.js';
import { epicView, filterPermissionView, userGroupView, workflowTransitionView } from './site-views.js';
import { sprintIntervalView, sprintOutcomeView, sprintSummaryView } from './sprint-interval.js';
import { sprintView } from './sprint-view.js';

export interface ViewDefinition {
  readonly name: string;
  /** What one row is, in the docs. */
  readonly row: string;
  /** The tables it is made of; the first it cannot do without. Small tables that know present names come on top. */
  readonly of: readonly [string, ...string[]];
  /** Null where a table or column that it needs is not there. */
  readonly make: (tables: ConnectionTables) => ViewBody | null;
}

const define = (name: string, row: string, of: ViewDefinition['of'], make: ViewDefinition['make']): ViewDefinition => ({
  name,
  row,
  of,
  make,
});

const OF_SPRINTS = ['issue_changelog', 'issue_search', 'statuses', 'board_sprints', 'board_configuration'] as const;

export const VIEWS: readonly ViewDefinition[] = [
  define(
    'issue',
    'an issue: system columns as in `issue_search`, custom fields by display name, `url`',
    ['issue_search', 'board_sprints'],
    issueView,
  ),
  define(
    'worklog',
    'a worklog: issue, type, project, epic, author, `day` on the author’s clock, seconds and hours, comment',
    ['issue_worklog', 'issue_search', 'users_search', 'myself', 'server_info'],
    worklogView,
  ),
  define(
    'comment',
    'a comment: issue, author, plain text, restriction',
    ['issue_comments', 'issue_search'],
    commentView,
  ),
  define(
    'history',
    'one changed field of an issue: when, who, from and to, as text and as id',
    ['issue_changelog', 'issue_search'],
    historyView,
  ),
  define(
    'status_interval',
    'a time that an issue was in a status: from when, until when, how long, which visit',
    ['issue_changelog', 'issue_search', 'statuses'],
    statusIntervalView,
  ),
  define(
    'assignee_interval',
    'a time that an issue was assigned to somebody, or to nobody',
    ['issue_changelog', 'issue_search'],
    assigneeIntervalView,
  ),
  define(
    'project_interval',
    'a time that an issue was in a project',
    ['issue_changelog', 'issue_search'],
    projectIntervalView,
  ),
  define(
    'field_history',
    'a time that a field of an issue had a value; of a list, that an element was in it',
    ['issue_changelog', 'issue_search', 'fields', 'board_sprints'],
    fieldHistoryView,
  ),
  define(
    'cycle_time',
    'an issue that is done: when it was begun and ended, days from creation and of work, how often reopened',
    ['issue_changelog', 'issue_search', 'statuses'],
    cycleTimeView,
  ),
  define('flag_interval', 'a time that an issue carried a flag', ['issue_changelog', 'issue_search'], flagIntervalView),
  define(
    'sprint',
    'a sprint: board, state, dates, goal, number of issues',
    ['board_sprints', 'boards', 'sprint_issues'],
    sprintView,
  ),
  define(
    'sprint_interval',
    'a time that an issue was in a sprint: at its start, at its end, estimated at and done when it came and left',
    OF_SPRINTS,
    sprintIntervalView,
  ),
  define(
    'sprint_outcome',
    'what became of an issue in a sprint: completed, not completed, completed before, removed; committed or added',
    OF_SPRINTS,
    sprintOutcomeView,
  ),
  define(
    'sprint_summary',
    'a sprint in sums of estimates and numbers of issues: committed, completed, added, removed, carried over',
    OF_SPRINTS,
    sprintSummaryView,
  ),
  define(
    'issue_link',
    'one side of a link: type, direction, wording, the other issue',
    ['issue_search'],
    issueLinkView,
  ),
  define('issue_component', 'a component of an issue', ['issue_search', 'project_components'], issueComponentView),
  define(
    'issue_fix_version',
    'a version that an issue is to be fixed in',
    ['issue_search', 'project_versions'],
    issueFixVersionView,
  ),
  define(
    'issue_affects_version',
    'a version that an issue was seen in',
    ['issue_search', 'project_versions'],
    issueAffectsVersionView,
  ),
  define('issue_label', 'a label of an issue', ['issue_search'], issueLabelView),
  define(
    'issue_sprint',
    'a sprint that an issue is or was in, with its present state',
    ['issue_search', 'board_sprints'],
    issueSprintView,
  ),
  define('issue_subtask', 'a sub-task of an issue', ['issue_search'], issueSubtaskView),
  define('issue_attachment', 'a file attached to an issue, without its content', ['issue_search'], issueAttachmentView),
  define(
    'issue_field_value',
    'one value of one custom field of an issue, as text, with its id',
    ['issue_search'],
    issueFieldValueView,
  ),
  define('epic', 'an epic: name, status, whether it is done', ['issue_search'], epicView),
  define(
    'epic_progress',
    'an epic: issues and points below it that are done, in progress and to do, hours, first and last work',
    ['issue_search', 'issue_changelog', 'statuses'],
    epicProgressView,
  ),
  define(
    'version_progress',
    'a version: issues and points to be fixed in it that are done, in progress and to do, hours, first and last work',
    ['issue_search', 'project_versions', 'issue_changelog', 'statuses'],
    versionProgressView,
  ),
  define('user_group', 'a user in a group', ['group_members', 'groups'], userGroupView),
  define(
    'filter_permission',
    'a share of a saved filter, for viewing or for editing',
    ['filters'],
    filterPermissionView,
  ),
  define(
    'workflow_transition',
    'a transition of a workflow and a status it leaves',
    ['workflows', 'statuses'],
    workflowTransitionView,
  ),
  define(
    'field_option_seen',
    'an option that some issue has chosen, with the number of issues',
    ['issue_search'],
    fieldOptionSeenView,
  ),
  define(
    'team_seen',
    'a team that some issue has, with the number of issues',
    ['issue_search', 'fields'],
    teamSeenView,
  ),
  define(
    'development_summary',
    'an issue and a kind of development work, with their number',
    ['issue_search'],
    developmentSummaryView,
  ),
  define(
    'request_sla',
    'a cycle of a service clock of an issue; `as_of` is when it was read',
    ['issue_search'],
    requestSlaView,
  ),
];

/** Those that can be made: a view needs its own table, and does without the ones it only takes words from. */
export function viewsForPeople(tables: ConnectionTables): readonly PeopleView[] {
  return VIEWS.flatMap(({ name, make }) => {
    const body = make(tables);
    return body ? [{ name, ...body }] : [];
  });
}
