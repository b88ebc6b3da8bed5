/** The views for people of one connection: names instead of ids, one join less to write. */
import { identifier } from '../../core/quote.js';
import type { ConnectionTables } from './connection-tables.js';
import { commentView, historyView, issueView, worklogView } from './issue-views.js';
import type { PeopleView } from './shown-column.js';
import { sprintView } from './sprint-view.js';

/** Those that can be made: a view needs its own table, and does without the ones it only takes words from. */
export function viewsForPeople(tables: ConnectionTables): readonly PeopleView[] {
  return [issueView, worklogView, commentView, historyView, sprintView].flatMap((make) => make(tables) ?? []);
}

export function createView(namespace: string, { name, columns, from }: PeopleView): string {
  const selected = columns.map((column) => `${column.sql} AS ${identifier(column.name)}`);
  return `CREATE VIEW ${identifier(namespace)}.${identifier(name)} AS SELECT ${selected.join(', ')} ${from}`;
}
