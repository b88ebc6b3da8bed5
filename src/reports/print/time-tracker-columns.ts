/** The columns that *Time Tracker for Jira* exported, in its order. */
import type { JsonCell } from '../../query/tables/cells.js';
import { inUnit } from '../hours.js';
import type { Row } from '../sources.js';
import type { WorklogsAsked } from '../worklogs/asked.js';

export interface TimeTrackerColumn {
  readonly name: string;
  /** `text` anybody may have written; a `word` was chosen from a list; what is `plain` is a key, a time or a number. */
  readonly kind: 'text' | 'word' | 'plain';
  of(row: Row): JsonCell;
}

const UNIT_LETTERS = { h: 'h', d: 'd', m: 'm', hm: 'h' } as const;

export function timeTrackerColumns(asked: Pick<WorklogsAsked, 'moreFields' | 'shown'>): readonly TimeTrackerColumn[] {
  const of = (name: string, kind: TimeTrackerColumn['kind'], member: string): TimeTrackerColumn => ({
    ...{ name, kind },
    of: (row) => row[member] ?? null,
  });
  return [
    of('Project', 'text', 'project_name'),
    of('Issue Type', 'word', 'issue_type_name'),
    of('Key', 'plain', 'issue_key'),
    of('Summary', 'text', 'issue_summary'),
    of('Priority', 'text', 'priority_name'),
    ...asked.moreFields.map((name) => of(name, 'text', `field_${name}`)),
    // On the clock that the report counts days by; its date is the report's day.
    of('Date Started', 'plain', 'started_local'),
    of('Display Name', 'text', 'author_name'),
    {
      name: `Time Spent (${UNIT_LETTERS[asked.shown.unit]})`,
      kind: 'plain',
      of: (row) => decimal(Number(row.counted), asked),
    },
    of('Work Description', 'text', 'comment'),
  ];
}

/** At most two places. */
export const decimal = (seconds: number, { shown }: Pick<WorklogsAsked, 'shown'>): number =>
  Math.round(inUnit(seconds, shown) * 100) / 100;
