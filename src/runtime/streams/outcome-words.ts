/** The words of a stream file that say what a refusal means. */
import { z } from 'zod';
import { requestLine } from './page-words.js';
import { whereSchema } from './parent-words.js';

const outcomeName = z.enum(['gone', 'forbidden', 'unsupported', 'next_route']);
/** What a refused request means for this stream; `empty`: there are no records, when the first page is answered so. A 400 is never an outcome by its status alone: it needs `where` and `verify`. */
const outcome = z.union([
  outcomeName,
  z.literal('empty'),
  z.strictObject({
    outcome: outcomeName,
    /** Only for parents that meet these conditions. */
    where: whereSchema.optional(),
    /** A request that must succeed before the outcome is believed. */
    verify: requestLine.optional(),
    /** What the refusal means when it is not believed; absent: it is an error. */
    else: outcomeName.optional(),
    /** `site`: what is refused for one parent is refused for all, and no other is asked; without `verify`, only while none was answered. */
    of: z.literal('site').optional(),
  }),
]);
/** By status; `fewer`: the answer holds fewer records than its own total tells of. */
export const unlessSchema = z.record(z.string().regex(/^([45][0-9]{2}|fewer)$/, 'a status, or fewer'), outcome);

export type Outcome = z.infer<typeof outcome>;
export type OutcomeName = z.infer<typeof outcomeName>;
