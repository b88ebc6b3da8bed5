/** The table of histories of a site with a million issues: the narrowest and most numerous rows there are, ten of each issue. */

import { definitions } from '../src/app/settings/definitions.js';
import type { Row, TableSpec } from '../src/contract/table.js';
import { tableSpecOf } from '../src/runtime/rows/table-spec.js';

export const changelog = (): TableSpec => tableSpecOf(definitions().registry.get('issue_changelog'), 'bench');

export const HISTORIES_EACH = 10;
/** Ids of one length sort as numbers do. */
const [FIRST_ISSUE, FIRST_ID] = [10_000_000, 100_000_000];
const START = Date.UTC(2026, 0, 1);

export const issueId = (issue: number): string => String(FIRST_ISSUE + issue);

/** @param at from 0 on; the first ten are stored */
export function historyRow(issue: number, at: number): Row {
  const number = issue * HISTORIES_EACH + at;
  return {
    issue_id: issueId(issue),
    id: String(at < HISTORIES_EACH ? FIRST_ID + number : FIRST_ID * at + issue),
    created: new Date(START + number * 1000).toISOString(),
    author_id: `account-${number % 997}`,
    author_name: `Person ${number % 997}`,
    items: [
      {
        field: 'status',
        field_id: 'status',
        field_type: 'jira',
        from_value: String(10_000 + (number % 7)),
        from_string: `Status ${number % 7}`,
        to_value: String(10_000 + ((number + 1) % 7)),
        to_string: `Status ${(number + 1) % 7}`,
      },
    ],
    history_metadata: null,
    _extra: null,
  };
}

/** The same as SQL over the row's number `i`. */
export const HISTORY_CELLS: Readonly<Record<string, string>> = {
  issue_id: `(${FIRST_ISSUE} + i // ${HISTORIES_EACH})`,
  id: `(${FIRST_ID} + i)`,
  created: "TIMESTAMPTZ '2026-01-01T00:00:00Z' + to_seconds(i)",
  author_id: "'account-' || i % 997",
  author_name: "'Person ' || i % 997",
  items: `[struct_pack(field := 'status', field_id := 'status', field_type := 'jira',
    from_value := (10_000 + i % 7)::VARCHAR, from_string := 'Status ' || i % 7,
    to_value := (10_000 + (i + 1) % 7)::VARCHAR, to_string := 'Status ' || (i + 1) % 7)]`,
};
