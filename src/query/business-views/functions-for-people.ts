/** Functions of rows of one connection: what has no end without bounds, as `FROM issue_daily(DATE '2026-01-01', DATE '2026-03-31')`. */
import type { ConnectionTables } from './connection-tables.js';
import { BOUNDS, issueDailyBody } from './issue-daily.js';
import type { ViewBody } from './shown-column.js';
import type { ViewDefinition } from './views-for-people.js';

export interface FunctionDefinition extends ViewDefinition {
  /** Names of its arguments, which are days. */
  readonly parameters: readonly string[];
}

export interface PeopleFunction extends ViewBody, Pick<FunctionDefinition, 'name' | 'parameters'> {}

export const FUNCTIONS: readonly FunctionDefinition[] = [
  {
    name: 'issue_daily',
    parameters: BOUNDS,
    row: 'an issue at the end of a day: status, assignee, sprint, points, age',
    of: ['issue_changelog', 'issue_search', 'statuses', 'board_sprints'],
    make: issueDailyBody,
  },
];

/** Those that can be made. */
export function functionsForPeople(tables: ConnectionTables): readonly PeopleFunction[] {
  return FUNCTIONS.flatMap(({ name, parameters, make }) => {
    const body = make(tables);
    return body ? [{ name, parameters, ...body }] : [];
  });
}
