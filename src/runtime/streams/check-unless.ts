/** Rules of what a route says about refusals. */
import type { Route } from './stream-file.js';

export function checkUnless({ unless = {}, page }: Route, at: (...path: PropertyKey[]) => string): readonly string[] {
  const found: string[] = [];
  for (const [status, outcome] of Object.entries(unless)) {
    const conditional = typeof outcome === 'object' ? outcome : null;
    if (status === '400' && !(conditional?.where && conditional.verify))
      found.push(`${at(status)}: a 400 is never an outcome by its status alone; give \`where\` and \`verify\`.`);
    if (status !== 'fewer') continue;
    if (outcome !== 'forbidden')
      found.push(`${at(status)}: fewer records than the answer counts are \`forbidden\`, and nothing else.`);
    if (page?.kind !== 'none' || page.total === undefined)
      found.push(
        `${at(status)}: only an answer that is the whole list (\`kind: none\`) with a \`total\` tells of fewer.`,
      );
  }
  return found;
}
