import type { FieldDef, Project } from '../model.js';

type Schema = FieldDef['schema'];

/** System fields: id, name, type, type of the items. `issuekey` and `thumbnail` have no schema in Jira and are left out. */
const SYSTEM: readonly (readonly [id: string, name: string, type: string, items?: string])[] = [
  ['statuscategorychangedate', 'Status Category Changed', 'datetime'],
  ['parent', 'Parent', 'issuelink'],
  ['issuetype', 'Issue Type', 'issuetype'],
  ['timespent', 'Time Spent', 'number'],
  ['project', 'Project', 'project'],
  ['fixVersions', 'Fix versions', 'array', 'version'],
  ['aggregatetimespent', 'Σ Time Spent', 'number'],
  ['resolution', 'Resolution', 'resolution'],
  ['resolutiondate', 'Resolved', 'datetime'],
  ['workratio', 'Work Ratio', 'number'],
  ['lastViewed', 'Last Viewed', 'datetime'],
  ['watches', 'Watchers', 'watches'],
  ['created', 'Created', 'datetime'],
  ['priority', 'Priority', 'priority'],
  ['labels', 'Labels', 'array', 'string'],
  ['timeestimate', 'Remaining Estimate', 'number'],
  ['aggregatetimeoriginalestimate', 'Σ Original Estimate', 'number'],
  ['versions', 'Affects versions', 'array', 'version'],
  ['issuelinks', 'Linked Issues', 'array', 'issuelinks'],
  ['assignee', 'Assignee', 'user'],
  ['updated', 'Updated', 'datetime'],
  ['status', 'Status', 'status'],
  ['components', 'Components', 'array', 'component'],
  ['timeoriginalestimate', 'Original estimate', 'number'],
  ['description', 'Description', 'string'],
  ['timetracking', 'Time tracking', 'timetracking'],
  ['security', 'Security Level', 'securitylevel'],
  ['attachment', 'Attachment', 'array', 'attachment'],
  ['aggregatetimeestimate', 'Σ Remaining Estimate', 'number'],
  ['summary', 'Summary', 'string'],
  ['creator', 'Creator', 'user'],
  ['subtasks', 'Sub-tasks', 'array', 'issuelinks'],
  ['reporter', 'Reporter', 'user'],
  ['aggregateprogress', 'Σ Progress', 'progress'],
  ['environment', 'Environment', 'string'],
  ['duedate', 'Due date', 'date'],
  ['progress', 'Progress', 'progress'],
  ['comment', 'Comment', 'comments-page'],
  ['votes', 'Votes', 'votes'],
  ['worklog', 'Log Work', 'array', 'worklog'],
];

const PLATFORM = 'com.atlassian.jira.plugin.system.customfieldtypes';
const GREENHOPPER = 'com.pyxis.greenhopper.jira';
const SOFTWARE = 'com.atlassian.jira.plugins.jira-software-plugin';

/** Custom fields: number, name, custom type, type, type of the items. Two are called "Story Points", as on many old sites. */
const CUSTOM: readonly (readonly [id: number, name: string, custom: string, type: string, items?: string])[] = [
  [10010, 'Request Type', 'com.atlassian.servicedesk:vp-origin', 'sd-customerrequesttype'],
  [10014, 'Epic Link', `${GREENHOPPER}:gh-epic-link`, 'any'],
  [10015, 'Start date', `${PLATFORM}:datepicker`, 'date'],
  [10016, 'Story point estimate', `${GREENHOPPER}:jsw-story-points`, 'number'],
  [10019, 'Rank', `${GREENHOPPER}:gh-lexo-rank`, 'any'],
  [10020, 'Sprint', `${GREENHOPPER}:gh-sprint`, 'array', 'json'],
  [10021, 'Flagged', `${PLATFORM}:multicheckboxes`, 'array', 'option'],
  [10026, 'Story Points', `${PLATFORM}:float`, 'number'],
  [10027, 'Story Points', `${PLATFORM}:float`, 'number'],
  [10030, 'Kundennummer', `${PLATFORM}:textfield`, 'string'],
  [10031, 'Acceptance criteria ✅', `${PLATFORM}:textarea`, 'string'],
  [10032, 'Severity', `${PLATFORM}:select`, 'option'],
  [10033, 'Zielmärkte', `${PLATFORM}:multiselect`, 'array', 'option'],
  [10034, 'Région', `${PLATFORM}:cascadingselect`, 'option-with-child'],
  [10035, 'Reviewer', `${PLATFORM}:userpicker`, 'user'],
  [10036, 'Approvers', `${PLATFORM}:multiuserpicker`, 'array', 'user'],
  [10037, 'Customer deadline', `${PLATFORM}:datetime`, 'datetime'],
  [10038, 'Tags', `${PLATFORM}:labels`, 'array', 'string'],
  [10039, 'Runbook', `${PLATFORM}:url`, 'string'],
  [10040, 'Platforms', `${PLATFORM}:multicheckboxes`, 'array', 'option'],
  [10041, 'Found in', `${PLATFORM}:version`, 'version'],
  [10042, 'Also in', `${PLATFORM}:multiversion`, 'array', 'version'],
  [10043, 'Owning team', `${PLATFORM}:grouppicker`, 'group'],
  [10044, 'Informed teams', `${PLATFORM}:multigrouppicker`, 'array', 'group'],
  [10045, 'Risk', `${PLATFORM}:radiobuttons`, 'option'],
  [10046, 'Budget (€)', `${PLATFORM}:float`, 'number'],
  [10047, 'Related project', `${PLATFORM}:project`, 'project'],
  [10048, 'Import id', `${PLATFORM}:readonlyfield`, 'string'],
  [10049, 'development', `${SOFTWARE}:devsummarycf`, 'any'],
  [10050, '優先顧客', `${PLATFORM}:textfield`, 'string'],
];

/** What tells an epic where types have no level. */
export const EPIC_NAME = customField(10_011, 'Epic Name', `${GREENHOPPER}:gh-epic-label`, typed('string'));

const FIRST_MORE = 20_000;

/**
 * All fields of the site; each team-managed project adds one of its own, again called "Severity". `more` fields repeat the usual ones,
 * names and kinds.
 */
export function makeFields(projects: readonly Project[], more = 0): FieldDef[] {
  const teamManaged = projects.filter((project) => project.style === 'next-gen');
  return [
    ...SYSTEM.map(([id, name, type, items]) => ({
      id,
      name,
      custom: false,
      schema: { ...typed(type, items), system: id },
    })),
    ...CUSTOM.map(([number, name, custom, type, items]) => customField(number, name, custom, typed(type, items))),
    ...Array.from({ length: more }, (_, place) => {
      const [, name, custom, type, items] = CUSTOM[place % CUSTOM.length] ?? [0, '', '', 'string'];
      return customField(FIRST_MORE + place, name, custom, typed(type, items));
    }),
    ...teamManaged.map((project, place) => ({
      ...customField(10_100 + place, 'Severity', `${PLATFORM}:select`, typed('option')),
      projectId: project.id,
    })),
  ];
}

function typed(type: string, items?: string): Schema {
  return items === undefined ? { type } : { type, items };
}

function customField(number: number, name: string, custom: string, schema: Schema): FieldDef {
  return { id: `customfield_${number}`, name, custom: true, schema: { ...schema, custom, customId: number } };
}
