/** Keys as Jira makes them, as parts of regular expressions of JavaScript and of DuckDB. Data Center can be set to allow projects of one letter. */
export const PROJECT_KEY = '[A-Z][A-Z0-9_]*';
export const ISSUE_KEY = `${PROJECT_KEY}-[1-9][0-9]*`;
