/** Published names: tables of users hang on them. */
export const FIRST_39 = [
  'board_configuration board_issues board_sprints boards dashboards field_configurations fields filter_favourite filter_my',
  'filters group_members groups issue_changelog issue_comments issue_link_types issue_search issue_security_schemes',
  'issue_types issue_worklog my_permissions myself notification_schemes permission_schemes priorities project_categories',
  'project_components project_search project_types project_versions resolutions screen_schemes server_info sprint_issues',
  'status_categories statuses users_search workflow_schemes workflows worklog_updated',
].flatMap((line) => line.split(' '));
