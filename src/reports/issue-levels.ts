/** What issues are put together by, and how the values of a level are read. */
import { ConnectorError } from '../core/errors.js';
import { identifier } from '../core/quote.js';
import { didYouMean } from '../core/yaml-file.js';
import { ISSUE_LEVEL_NAMES, ISSUE_LEVEL_WORDS, type IssueLevel, levelOfColumn } from './issue-level-words.js';
import type { Sources } from './sources.js';

/** Several values are one, such as `Billing, Search`: an issue counts once, and totals stay true. */
export function levelSql(sources: Sources, { column, member }: IssueLevel): string {
  if (member === undefined) return `CAST(${sources.column('i', 'issue', column)} AS VARCHAR)`;
  return sources.has('issue', column)
    ? `list_aggregate(list_sort(list_transform(i.${identifier(column)}, lambda x: ${member})), 'string_agg', ', ')`
    : 'CAST(NULL AS VARCHAR)';
}

/**
 * @param name a word, or a column of the view `issue`
 * @param option and words: what an error names
 * @throws ConnectorError kind `usage`
 */
export function issueLevel(
  sources: Sources,
  name: string,
  option = '--by',
  words: readonly string[] = ISSUE_LEVEL_NAMES,
): IssueLevel {
  const word = Object.hasOwn(ISSUE_LEVEL_WORDS, name) ? ISSUE_LEVEL_WORDS[name] : undefined;
  if (word !== undefined) return word;
  if (sources.has('issue', name)) return levelOfColumn(name);
  const near = didYouMean(name, [...words, ...sources.columns('issue').keys()]);
  throw new ConnectorError(
    'usage',
    `${option} ${name} is neither a level nor a column of the view issue.${near} Levels: ${words.join(', ')}.`,
  );
}
