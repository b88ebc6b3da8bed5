/** What issues are put together by, and how the values of a level are read. */
import { ConnectorError } from '../core/errors.js';
import { identifier } from '../core/quote.js';
import { didYouMean } from '../core/yaml-file.js';
import { fieldOf, ISSUE_LEVEL_NAMES, ISSUE_LEVEL_WORDS, type IssueLevel } from './issue-level-words.js';
import type { Sources } from './sources.js';

/** Several values are one, such as `Billing, Search`: an issue counts once, and totals stay true. */
export function levelSql(sources: Sources, { column, member }: IssueLevel): string {
  if (member === undefined) return sources.column('i', 'issue', column);
  return sources.has('issue', column)
    ? `list_aggregate(list_sort(list_transform(i.${identifier(column)}, lambda x: ${member})), 'string_agg', ', ')`
    : 'CAST(NULL AS VARCHAR)';
}

/** @param name a word, or a column of the view `issue`. @throws ConnectorError kind `usage` */
export function issueLevel(name: string, sources: Sources): IssueLevel {
  const known = Object.hasOwn(ISSUE_LEVEL_WORDS, name) ? ISSUE_LEVEL_WORDS[name] : undefined;
  if (known) return known;
  const field = fieldOf(name);
  if (sources.has('issue', name)) return { column: name, ...(field !== undefined && { field }) };
  const near = didYouMean(name, [...ISSUE_LEVEL_NAMES, ...sources.columns('issue').keys()]);
  throw new ConnectorError(
    'usage',
    `--by ${name} is neither a word for issues nor a column of the view issue.${near} Words: ${ISSUE_LEVEL_NAMES.join(', ')}.`,
  );
}
