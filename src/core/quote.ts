/** The only place where a name or a text from outside becomes part of SQL (promise I10). */
import { ConnectorError } from './errors.js';

/** A column or table name as a quoted SQL identifier. @throws ConnectorError for an empty name or one with NUL. */
export function identifier(name: string): string {
  if (name === '') throw new ConnectorError('usage', 'A column name is empty; give it a name in the stream file.');
  return `"${withoutNul(name, 'column name').replaceAll('"', '""')}"`;
}

/** Any text as a quoted SQL literal. @throws ConnectorError when it holds NUL, which SQL text cannot carry. */
export function literal(value: string): string {
  return `'${withoutNul(value, 'text').replaceAll("'", "''")}'`;
}

/** Paths as a list literal for `read_parquet` and `read_json`; wildcard characters in folder names stand for themselves. */
export function pathList(paths: readonly string[]): string {
  return `[${paths.map((path) => literal(path.replace(/[[*?]/g, (wildcard) => `[${wildcard}]`))).join(', ')}]`;
}

function withoutNul(value: string, what: string): string {
  if (!value.includes('\0')) return value;
  throw new ConnectorError('usage', `A ${what} holds a NUL character (\\u0000), which SQL cannot carry; remove it.`);
}
