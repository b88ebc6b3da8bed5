/** What tables and columns of a published file say of themselves: the sentence of the view, and of the stream's column. */
import { printable } from '../../core/printable.js';
import { connectionTables } from '../business-views/connection-tables.js';
import { DUCKDB } from '../business-views/duck-dialect.js';
import { VIEWS, viewsForPeople } from '../business-views/views-for-people.js';
import type { OpenTable } from '../open.js';
import { shownTable } from '../tables/load-tables.js';
import { wordsOf } from './column-words.js';

export interface Comments {
  table(view: string): string | undefined;
  column(view: string, column: string): string | undefined;
}

export function commentsOf(tables: readonly OpenTable[]): Comments {
  const docs = new Map<string, string>();
  for (const namespace of new Set(tables.map((table) => table.namespace))) {
    const own = tables.filter((table) => table.namespace === namespace).map(({ version }) => shownTable(version));
    for (const { name, columns } of viewsForPeople(connectionTables(namespace, namespace, own, DUCKDB)))
      for (const column of columns) {
        const place = `${name}.${column.name}`;
        // Connections may call a field differently: the first one's words count.
        if (column.doc && !docs.has(place)) docs.set(place, column.doc);
      }
  }
  const plain = (text: string | undefined) => text && printable(text);
  return {
    table: (view) => plain(rowOf(view)),
    column: (view, column) => plain(docs.get(`${view}.${column}`) ?? wordsOf(column)),
  };
}

function rowOf(view: string): string | undefined {
  const row = VIEWS.find(({ name }) => name === view)?.row;
  return row && `One row is ${row}.`;
}
