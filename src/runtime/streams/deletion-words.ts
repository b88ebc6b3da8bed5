/** The words of a stream file that say how deleted rows are found where no feed tells of them. */
import { z } from 'zod';
import { name, path, sentence } from './page-words.js';

export const censusSchema = z.strictObject({
  /**
   * Routes of this stream: the list of all keys, the reading of some by key (those the table lacks, and those that seem to be gone;
   * one that is neither shown nor refused is looked at alone, by `look`), and the question which of some that exist are in scope.
   */
  list: name,
  read: name,
  confirm: name,
  /**
   * Our columns with keys of other records of this stream: rows that name one which is gone are read again. `column`, `column[]` of a
   * list, `column[].member` of structs in a list.
   */
  named_in: z
    .array(z.string().regex(/^[a-z][a-z0-9_]*(\[\](\.[a-z][a-z0-9_]*)?)?$/, 'column, column[] or column[].member'))
    .min(1)
    .optional(),
  /** Our column by which the proof of completeness is broken down, and the path in a listed record whose part before the last `-` names it. */
  group: z.strictObject({ column: name, from: path }),
});

export const goneWithSchema = z.strictObject({
  stream: name,
  /** The column there that holds our key. */
  key: name,
  /** Route of this stream that answers for the keys that exist. Absent: the mark of the other stream is enough. */
  confirm: name.optional(),
  /** Our column that holds the other stream's key. Default: our own key. */
  column: name.optional(),
  /** Our columns -> those there, for the rows there that no route of ours tells of: they were hidden when it would have. */
  from: z.record(name, name).optional(),
});

/** Where an answer tells of records it could not hand out: their ids and reasons, and what the reason says of one that does not exist. */
export const refusedSchema = z.strictObject({ rows: path, id: path, why: path, gone: sentence });
