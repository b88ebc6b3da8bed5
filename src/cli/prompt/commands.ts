/** What may be typed at the prompt beside SQL, in the words of the shells people come from: DuckDB's, SQLite's, PostgreSQL's. */
import { identifier } from '../../core/quote.js';

export type Fold = 'wide' | 'always' | 'never';

export type Command =
  | { readonly do: 'leave' }
  | { readonly do: 'help' }
  | { readonly do: 'fold' }
  | { readonly do: 'sql'; readonly sql: string }
  | { readonly do: 'complain'; readonly text: string };

export const HELP = `Statements end with ";". They can only read.
  .tables  \\d            views for people first, then streams
  .schema NAME  \\d NAME  columns of a view or table
  \\x                    records in place of tables: for wide rows (as it begins), always, never
  .help  \\?              this
  .quit  \\q  Ctrl-D      leaves
Ctrl-C clears the line, or cancels the statement under way. Tab completes. The arrow keys bring statements back.
Every stream has a twin <stream>_all with deleted rows; each connection is a schema.
`;

const NAMED = /^(?:\.schema|\\d)\s+(\S+)$/i;

/** Null for what is SQL, or a part of it. */
export function commandOf(line: string): Command | null {
  const typed = line.trim().replace(/\s*;$/, '');
  const name = NAMED.exec(typed)?.[1];
  if (name !== undefined) return { do: 'sql', sql: `DESCRIBE ${quotedPath(name)}` };
  switch (typed.toLowerCase()) {
    case '\\q':
    case '.quit':
    case '.exit':
    case 'quit':
    case 'exit':
      return { do: 'leave' };
    case '.help':
    case '\\?':
    case '\\h':
    case 'help':
      return { do: 'help' };
    case '\\x':
      return { do: 'fold' };
    case '.tables':
    case '\\d':
    case '\\dt':
      return { do: 'sql', sql: 'SHOW TABLES' };
    case '.schema':
      return { do: 'complain', text: '.schema wants the name of a view or table; .tables lists them.' };
  }
  if (!/^[.\\]/.test(typed)) return null;
  return { do: 'complain', text: `There is no ${typed.split(/\s/, 1)[0]}; .help says what there is.` };
}

/** `demo.issue_search` is two names, unless somebody quotes them. */
const quotedPath = (name: string) => (name.includes('"') ? name : name.split('.').map(identifier).join('.'));
