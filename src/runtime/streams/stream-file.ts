/**
 * The language of a stream file: one file = one stream = one table. Pure data; no expressions, no code.
 * Reading this file is knowing the whole language; docs/stream-file.md says the same with examples.
 */
import { z } from 'zod';
import { censusSchema, goneWithSchema, refusedSchema } from './deletion-words.js';
import { CREDENTIAL_KINDS, PRODUCTS, TOPICS } from './kinds.js';
import { type Outcome, type OutcomeName, unlessSchema } from './outcome-words.js';
import { dialect, duration, name, pageSchema, path, place, requestLine, sentence } from './page-words.js';
import { type ParentDecl, parentSchema } from './parent-words.js';
import { atRestSchema } from './rest-words.js';

const key = z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'a key of a record');
const scalarType = z.enum(['string', 'id', 'boolean', 'int', 'long', 'double', 'date', 'timestamptz', 'json']);
export type ScalarType = z.infer<typeof scalarType>;

const memberShape = {
  /** Path inside the record (or inside the struct); several paths: the first that is present and not null. Default: the column's own name. */
  from: z.union([path, z.array(path).min(1)]).optional(),
  /** One sentence for the analyst who meets this column. */
  about: sentence,
};
const scalarMember = z.strictObject({
  type: z.union([scalarType, z.enum(['list<string>', 'list<id>', 'list<long>'])]),
  ...memberShape,
});
/** Members of a struct are scalars or lists of scalars: a fixed, small list. */
const members = z.record(name, scalarMember);

export const columnSchema = z.strictObject({
  type: z.union([scalarType, z.enum(['list<string>', 'list<id>', 'list<long>', 'struct', 'list<struct>'])]),
  ...memberShape,
  /** Only for `struct` and `list<struct>`. */
  members: members.optional(),
  /**
   * How the value is turned into the cell. `text`: rich text (ADF document, or wiki text as it is) as plain text.
   * `local_date`: calendar day of a timestamp in its own offset. `offset_minutes`: that offset. These do not consume the value: the source keeps its own column.
   * `last_segment`: what follows the last slash of an address; a value that is no address stays as it is.
   */
  as: z.enum(['text', 'local_date', 'offset_minutes', 'last_segment']).optional(),
  /** Only for `struct` and `list<struct>`: what older sites send as text is read first. `sprint`: the text of a Java object. */
  texts: z.enum(['sprint']).optional(),
  /** A change of this column alone is no new version of the row. */
  volatile: z.literal(true).optional(),
  /** A column of another stream that this one repeats: rows with a value that stream no longer has are read again by the census' `read`. */
  repeats: z.strictObject({ stream: name, column: name }).optional(),
});

/** `drop` takes a word out of a list in the parent's request, `add` puts some in (comma-joined when the value is text). */
const asks = z.record(
  place,
  z.strictObject({ add: z.union([z.string(), z.array(z.string())]).optional(), drop: z.string().optional() }),
);
/** Settings of a connection that are lists of words, by the placeholder that stands for them. */
export const SETTING_LISTS = ['issue_properties'] as const;
export type SettingList = (typeof SETTING_LISTS)[number];

export const routeSchema = z.strictObject({
  /** Known once to each deployment: a route of the same name for the other one does the same there. */
  name,
  /** What it costs, in words a person can check: "1 request per 1000 issues". */
  cost: sentence,
  dialect,
  request: requestLine.optional(),
  /** A POST that only reads, and may be repeated after a lost reply. */
  reads_only: z.literal(true).optional(),
  query: z.record(z.string(), z.union([z.string(), z.int(), z.boolean(), z.array(z.string())])).optional(),
  body: z.record(z.string(), z.unknown()).optional(),
  /** Sent with every page, as they are; credentials have another way. */
  headers: z.record(z.string().regex(/^X-[A-Za-z-]+$/, 'a header that begins with X-'), sentence).optional(),
  page: pageSchema.optional(),
  /** A walk in two steps: the named route of this stream lists ids in order, this one reads them in batches, side by side. */
  ids_from: name.optional(),
  /**
   * `full`: taken for whole reads only, because what lies inside a record tells nothing of records that did not change themselves.
   * `changes`: taken for reads of what changed only.
   * `census`: reads the keys that the census found to be lacking, and nothing else.
   */
  only: z.enum(['full', 'changes', 'census']).optional(),
  /** At most so many words of a list of the settings: with more this route is left out. */
  takes: z.partialRecord(z.enum(SETTING_LISTS), z.int().min(1)).optional(),
  /** Where the records are in the answer. */
  rows: path,
  /** The answer may lack `rows` altogether and then means no records. */
  rows_may_be_absent: z.literal(true).optional(),
  /** Values from the levels above the record: column name -> path with the same `[]` steps as `rows`; a path that ends in `*` is the key of a map. */
  carry: z.record(name, path).optional(),
  /**
   * Where the site cuts this list off: `put` takes the beginning of a name, `of` is the column with the name. `met`: by stream, columns
   * that name records of this one; who is named there and not listed is looked at by `look`.
   */
  prefix: z.strictObject({ put: place, of: name, met: z.record(name, z.array(name).min(1)).optional() }).optional(),
  /** Another route of this stream that is read, too: for records of keys that this one did not bring. */
  with: name.optional(),
  /** Other parent than the stream's own, for this route only. */
  parent: parentSchema.optional(),
  /** Many parents in one request. */
  batch: z
    .strictObject({
      of: name,
      /** Absent: the request itself holds `{batch}`. */
      put: place.optional(),
      max: z.int().min(1).max(1000),
      /** The API wants the values as numbers. */
      numbers: z.literal(true).optional(),
      /** Every value asked for is answered by the row whose column of this name equals it; a missing answer is counted `not_visible`. */
      answers: name.optional(),
    })
    .optional(),
  /** Rows lie inside the parent's own records (`rows` is a path in a parent record): no request of its own. */
  inside: z
    .strictObject({
      /** How many rows the parent record has in all: inline rows are complete only when `total` <= what came. Absent: they always are. */
      total: path.optional(),
      /** How many rows come inline at most, as documented: for estimates alone, completeness is told by `total`. */
      cap: z.int().min(1).optional(),
      /** What the parent's request must ask for so that the rows come along. */
      asks: asks.optional(),
      /** Route that reads a parent's rows in full when they are not complete inline; a batch route takes many such parents at once. */
      rest: name.optional(),
    })
    .optional(),
  /** For a route of a parent: the columns its records carry, when fewer than all (a keys-only read). */
  gives: z.array(name).optional(),
  /** Other paths for columns where this route's records have another shape. */
  from: z.record(name, z.union([path, z.array(path).min(1)])).optional(),
  /** Records asked for by name that the answer tells as errors: where, their ids and reasons, and what the reason says of one that does not exist. */
  refused: refusedSchema.optional(),
  unless: unlessSchema.optional(),
  /** Statuses that pass when the request is sent again, beside those of connector.yaml. */
  retry: z.array(z.int().min(400).max(599)).min(1).optional(),
});

export const streamFileSchema = z.strictObject({
  stream: name,
  about: sentence,
  /** What one row is, in a few words. */
  grain: sentence,
  docs: z.url({ protocol: /^https$/ }),
  /** Where pages and lists show it. */
  topic: z.enum(TOPICS),
  /**
   * On by default with these kinds of credentials only: with others there is nothing to read. `named`: read only when `--stream` or
   * `streams:` names it, for it costs a request for each of its parents, or few need it.
   */
  enabled_when: z
    .union([z.literal('named'), z.strictObject({ credentials: z.array(z.enum(CREDENTIAL_KINDS)).min(1) })])
    .optional(),
  needs: z.strictObject({
    product: z.enum(PRODUCTS),
    /** Paid edition or site setting without which the stream is `unsupported`. */
    edition: sentence.optional(),
    permission: sentence,
    scopes: z.strictObject({ classic: z.array(z.string()), granular: z.array(z.string()) }),
  }),
  /** Deployments that do not have the data, and why: there the stream is `unsupported`. */
  not_on: z.strictObject({ cloud: sentence.optional(), datacenter: sentence.optional() }).optional(),
  primary_key: z.array(name).min(1),
  write: z.enum(['replace', 'upsert', 'append']),
  /** How often it is read at most, where the settings' `every` says nothing else. Default: in every run. */
  every: duration.optional(),
  parent: parentSchema.optional(),
  /** Parents whose rows seldom change any more: they are left out where `every` is kept, until something tells of them. */
  at_rest: atRestSchema.optional(),
  cursor: z
    .strictObject({
      /** A timestamptz column; the request sends it through {since_ms} or {since_iso}. */
      column: name,
      lookback: duration,
    })
    .optional(),
  /** Rows of the scope (`projects`, `jql`) only: our column must be among the ids of that stream. */
  scope: z
    .union([
      /** This stream's column with the ids of the projects that `projects:` of the settings names. */
      z.strictObject({ projects: name }),
      /** Our column -> the stream whose primary key it must be among. */
      z.strictObject({ column: name, of: name }),
    ])
    .optional(),
  /** A feed of deleted keys, read from this table's bookmark on. */
  deletions: z
    .strictObject({
      dialect,
      request: requestLine,
      query: z.record(z.string(), z.union([z.string(), z.int(), z.boolean()])).optional(),
      page: pageSchema,
      rows: path,
      /** Our key column -> path in the feed's record. */
      key: z.record(name, path),
      /** Statuses of sites that have no such feed: there the parents of the stream, each read as a whole, tell what is gone. */
      unless: z.record(z.string().regex(/^4[0-9]{2}$/, 'a status'), z.literal('unsupported')).optional(),
    })
    .optional(),
  /** How rows that were deleted, or have left the scope, are found: a list of all keys against the table's live rows. */
  census: censusSchema.optional(),
  /** Rows are deleted with those of another stream, and no route tells: where that stream is read its marks are carried over, else each key is asked for. */
  gone_with: goneWithSchema.optional(),
  /** Every custom field of the site is a typed column, named by the field's id; which there are is asked when a run begins. */
  custom_fields: z
    .strictObject({
      /** The stream whose records are the fields. */
      stream: name,
      /** Where a record holds the values, by field id. */
      at: path,
      /** The list in this stream's requests that names the wanted fields; those the settings leave out go in as `-id`. */
      ask: place,
      /** Fields this stream cannot do without: settings that leave them out are refused. */
      needed: z.array(z.string()).min(1),
    })
    .optional(),
  /** Each element of a record's `list` tells of one field, named under the keys `id` and `name`: those of left-out fields go with them. */
  tells_of_fields: z
    .strictObject({
      list: key,
      id: key,
      name: key,
      /** Field id -> other names that elements without an id have for it. */
      also: z.record(z.string(), z.array(z.string().min(1)).min(1)).optional(),
    })
    .optional(),
  /**
   * The timestamptz column that says when a record came into being. One that is new to the table and older than what the walk reads has
   * come into view, and owes the rows of all streams that hang on it.
   */
  born: name.optional(),
  /** Looks at one record by its key: a 404 means that it is gone. Asked before a refusal of its children is believed. */
  look: z
    .strictObject({
      dialect,
      request: requestLine,
      query: z.record(z.string(), z.union([z.string(), z.int(), z.boolean()])).optional(),
    })
    .optional(),
  /** Asks how many records a walk from `since` would bring, in one request (Cloud); elsewhere the first page's `total` tells. */
  count: z
    .strictObject({
      dialect,
      request: requestLine,
      reads_only: z.literal(true).optional(),
      query: z.record(z.string(), z.union([z.string(), z.int(), z.boolean()])).optional(),
      body: z.record(z.string(), z.unknown()).optional(),
      /** Where the number is in the answer. */
      read: path,
    })
    .optional(),
  /** Cheapest first; the first one the site grants is used. */
  routes: z.array(routeSchema).min(1),
  columns: z.record(name, columnSchema),
});

export type StreamFile = z.infer<typeof streamFileSchema>;
export type Route = z.infer<typeof routeSchema>;
export type Page = z.infer<typeof pageSchema>;
export type ColumnDecl = z.infer<typeof columnSchema>;
export type { Outcome, OutcomeName, ParentDecl };

/** Words a request may hold besides the bound names: substitution only, encoded for their place. */
export const PLACEHOLDERS = ['since_ms', 'since_iso', 'scope', 'batch', ...SETTING_LISTS] as const;
