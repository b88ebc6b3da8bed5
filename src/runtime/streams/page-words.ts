/** Words of the stream language that say how answers follow each other, and those that other words are made of. */
import { z } from 'zod';

export const name = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'lower snake_case, at most 63 characters');
export const duration = z.string().regex(/^[1-9][0-9]*(s|m|h|d)$/, 'a duration such as 15m, 1h or 7d');
export const sentence = z.string().min(3).max(400);
/** Which deployments speak it. Default: cloud. With `both`, `/rest/api/3` stands for `/rest/api/2` on Data Center. */
export const dialect = z.enum(['cloud', 'datacenter', 'both']).optional();
/** Dotted path into a record; `[]` is "each element", `.*` is "each value of a map", `$` is the document itself. */
export const path = z
  .string()
  .regex(
    /^(\$|[^.[\]\s]+(\[\])?(\.[^.[\]\s]+(\[\])?)*|\[\](\.[^.[\]\s]+(\[\])?)*)$/,
    'a dotted path such as fields.status.name or values[]',
  );
/** Where a value goes in a request: `query.startAt`, `body.nextPageToken`. */
export const place = z.string().regex(/^(query|body)\.[A-Za-z][A-Za-z0-9_.]*$/, 'query.NAME or body.NAME');

export const requestLine = z
  .string()
  .regex(/^(GET|POST) \/[A-Za-z0-9_\-./{}]+$/, 'GET /path or POST /path, with {placeholders}');

/**
 * Where nothing proves the end: so many records come and no more, whatever is asked; several numbers where versions of the site differ.
 * A list of exactly that size is not taken for whole.
 */
const cap = z.union([z.int().min(1), z.array(z.int().min(1)).min(1)]).optional();

const size = z.strictObject({
  put: place,
  /** What we ask for; the server may give fewer, so paging advances by what came. */
  value: z.int().min(1).max(10000),
});

export const pageSchema = z.discriminatedUnion('kind', [
  /** One answer holds everything; fewer records than its `total` says are not all. */
  z.strictObject({ kind: z.literal('none'), total: path.optional(), cap }),
  /** Advance by the number of records received; ends at `last`, else at `total`, else at an empty page. */
  z.strictObject({
    kind: z.literal('offset'),
    put: place,
    size,
    total: path.optional(),
    last: path.optional(),
    cap,
    /** Each page begins with so many records of the one before: where edited rows move to the end of the order, the seam tells of gaps. */
    overlap: z.int().min(1).max(100).optional(),
  }),
  /** Ends when no token comes and `last`, where it is named, or `total` agrees; beside a token both are only cross-checked. */
  z.strictObject({
    kind: z.literal('token'),
    read: path,
    put: place,
    size,
    last: path.optional(),
    total: path.optional(),
  }),
  /** Change feed: the next page starts at the moment read from `read`; ends at `last: true`. */
  z.strictObject({ kind: z.literal('feed'), put: place, read: path, last: path }),
]);
