/** Tab at the prompt: keywords, tables, columns. */

const KEYWORDS =
  'SELECT FROM WHERE GROUP BY ORDER LIMIT HAVING JOIN LEFT INNER CROSS FULL USING ON AND OR NOT NULL IS IN LIKE ILIKE BETWEEN CASE WHEN THEN ELSE END DISTINCT AS WITH UNION ALL INTERSECT EXCEPT OVER PARTITION QUALIFY FILTER UNNEST PIVOT UNPIVOT COUNT SUM AVG MIN MAX DESC ASC DESCRIBE SHOW TABLES SUMMARIZE EXPLAIN INTERVAL DATE TIMESTAMP CURRENT_DATE TRUE FALSE'.split(
    ' ',
  );

/** Names of the warehouse: tables, views, schemas, columns. */
export type Names = () => Promise<readonly string[]>;

/** What may stand in place of the word before the cursor. @returns candidates, and the word they stand for */
export async function completionsOf(line: string, names: Names): Promise<[readonly string[], string]> {
  const word = /[\w.]*$/.exec(line)?.[0] ?? '';
  if (line.trim() === word && /^[.\\]/.test(line.trim())) {
    const commands = ['.tables', '.schema ', '.help', '.quit'];
    return [commands.filter((command) => command.startsWith(word)), word];
  }
  if (word === '') return [[], word];
  const typed = word.toLowerCase();
  const isLower = word === typed;
  const known = (await names()).filter((name) => name.toLowerCase().startsWith(typed));
  const keywords = KEYWORDS.map((keyword) => (isLower ? keyword.toLowerCase() : keyword));
  return [
    [...new Set([...known, ...keywords.filter((keyword) => keyword.toLowerCase().startsWith(typed))])].sort(),
    word,
  ];
}
