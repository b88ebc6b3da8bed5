/** The words of a stream file for parents that have come to rest: their rows are read when something says that they may have changed. */
import { z } from 'zod';
import { duration, name } from './page-words.js';
import { whereSchema } from './parent-words.js';

export const atRestSchema = z.strictObject({
  /** Which parents are at rest, by their columns. One that has just come to rest, or changed, is read once. */
  where: whereSchema,
  /** The rows of each of them are read at least so often. */
  every: duration,
  /** The same while the records that tell of changes are not read in the same run. */
  alone: duration,
  /** Records of another stream that tell: parents that one of them was among, or names now, are read when it is. */
  told_by: z.strictObject({
    stream: name,
    /** Our column that holds such a record's key. */
    column: name,
    /** Its columns whose values are looked for in ours: its own key, and those of records that take it along. */
    keys: z.array(name).min(1),
    /** Its columns with these `texts` name parents of ours, in the member `id` of their structs. */
    texts: z.enum(['sprint']),
  }),
});

export type AtRest = z.infer<typeof atRestSchema>;
