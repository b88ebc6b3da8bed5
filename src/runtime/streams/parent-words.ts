/** The words of a stream file that say whose rows a stream hangs on, and which of them. */
import { z } from 'zod';
import { name, sentence } from './page-words.js';

const bindings = z.record(name, name);
/** A column, or `column[].member` of structs in a list, of which one must meet the condition. */
const tested = z.string().regex(/^[a-z][a-z0-9_]*(\[\]\.[a-z][a-z0-9_]*)?$/, 'a column, or column[].member');
/** What a parent's column must hold: one of these values (null stands for "no value"), or a number above this one. */
const condition = z.union([
  z.array(z.union([z.string(), z.boolean(), z.null()])).min(1),
  z.strictObject({ above: z.number() }),
]);
export const whereSchema = z.record(tested, condition);

export const parentSchema = z.strictObject({
  stream: name,
  /** Our placeholder (and column of every row): the parent's column. */
  bind: bindings,
  /** Only parents whose columns meet these conditions. One whose number is not above has no rows here. */
  where: whereSchema.optional(),
  /**
   * The same as `where` in the words of the site's queries: joined to `{scope}` where the parents are read for such streams alone, and
   * to the parents' `count` in plans.
   */
  query: sentence.optional(),
  /** A timestamptz column: only parents of which it lies within what this run reads of the stream. */
  since: name.optional(),
});

export type ParentDecl = z.infer<typeof parentSchema>;
export type Where = z.infer<typeof whereSchema>;
