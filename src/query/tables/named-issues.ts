/** SQL that finds keys of issues where a cell is nothing but keys, or JSON with them. A key within a text that a person wrote is not meant. */
import { ISSUE_KEY } from '../../core/issue-key.js';

/** Whether a text is one key, or several. */
export const isKeys = (text: string): string => `regexp_full_match(${text}, '${ISSUE_KEY}([ ,]+${ISSUE_KEY})*')`;

/** Whether a text of JSON has, as a text of its own, the key of an issue of another project than these. */
export function jsonNamesOthers(json: string, projects: readonly string[]): string {
  const without = `regexp_replace(${json}, '"(${projects.join('|')})-[0-9]+"', '', 'g')`;
  return `coalesce(json_valid(${json}) AND regexp_matches(${without}, '"${ISSUE_KEY}"'), false)`;
}
