/**
 * The language of an action file: one file = one action = one kind of request. Pure data; no expressions, no code.
 * Reading this file is knowing the whole language.
 */
import { z } from 'zod';

const name = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'lower snake_case, at most 63 characters');
const sentence = z.string().min(3).max(400);
/** Where a value goes in a request. */
const place = z
  .string()
  .regex(
    /^(path|query|body|form)\.[A-Za-z][A-Za-z0-9_.]*$/,
    'path.NAME, query.NAME, body.NAME or form.NAME, such as body.fields.summary',
  );
const requestLine = z
  .string()
  .regex(/^(GET|POST|PUT|DELETE) \/[A-Za-z0-9_\-./{}]+$/, 'GET, POST, PUT or DELETE and a /path, with {inputs}');

/** What an input is, and by what rules its text becomes a value. */
const INPUT_TYPES = [
  'text',
  'names',
  'labels',
  'number',
  'boolean',
  'choice',
  'id',
  'ids',
  'duration',
  'instant',
  'rich_text',
  'issue',
  'project',
  'issue_type',
  'link_type',
  'transition',
  'transitions',
  'user',
  'visibility',
  'file',
  'estimate',
  'internal',
] as const;

const inputSchema = z.strictObject({
  type: z.enum(INPUT_TYPES),
  required: z.literal(true).optional(),
  /** Of `choice`. */
  values: z.array(z.string()).min(1).optional(),
  put: place,
  /** Where Data Center has it at another place. */
  datacenter: place.optional(),
  /** Given exactly where other inputs have these values. */
  when: z.record(name, z.string()).optional(),
  /** `key`: an issue as `{key}`; `id`: a person by the bare id. Default: as the type is usually sent. */
  as: z.enum(['key', 'id']).optional(),
  about: sentence,
});

const settleSchema = z.strictObject({
  /** How it is found out whether a request whose answer was lost has been carried out. */
  about: sentence,
  /** What is asked for that. */
  requests: z.array(requestLine),
});

const bulkSchema = z.strictObject({
  request: requestLine,
  /** Where the list of what one request would carry goes. */
  put: place,
  max: z.int().min(2).max(1000),
});

const undoSchema = z.strictObject({
  /** The action that takes it back; absent: nothing does. */
  action: name.optional(),
  about: sentence,
});

/** Why the same request does its work once, however often its answer is lost. */
export const ONCE = ['marker', 'value', 'status', 'repeat', 'gone', 'content'] as const;

export const actionFileSchema = z.strictObject({
  action: name,
  /** Other names it goes by. */
  also: z.array(name).min(1).optional(),
  about: sentence,
  /** Atlassian's reference. */
  docs: z.url({ protocol: /^https$/ }),
  kind: z.enum(['read', 'write']),
  /** Why it cannot be done by anybody who uses this connector. */
  unsupported: sentence.optional(),
  /** Of writing actions: `high` for what cannot be brought back. */
  danger: z.enum(['low', 'high']).optional(),
  needs: z.strictObject({
    permission: sentence,
    scopes: z.strictObject({ classic: z.array(z.string()).min(1), granular: z.array(z.string()).min(1) }),
  }),
  /** On Cloud; on Data Center `/rest/api/2` stands for `/rest/api/3`. */
  request: requestLine,
  /** Where Data Center has another one. */
  datacenter: requestLine.optional(),
  not_on: z.strictObject({ datacenter: sentence }).optional(),
  /** Sent with every request. */
  query: z.record(z.string(), z.union([z.string(), z.boolean()])).optional(),
  /** Where Cloud is told whether people get mail about it. */
  notify: place.optional(),
  input: z.record(name, inputSchema),
  /** Where further fields of the issue go, each named as in Jira. */
  fields: place.optional(),
  once: z.enum(ONCE).optional(),
  /** Of `once: marker`: where the marker goes. */
  marker: place.optional(),
  settle: settleSchema.optional(),
  /** One request for many. */
  bulk: bulkSchema.optional(),
  /** Where the answer says what was made. */
  result: z.strictObject({ id: z.string().optional(), key: z.string().optional() }).optional(),
  /** What an answer means, by status. */
  answers: z.record(z.string().regex(/^[2-5]\d\d$/, 'a status such as 204'), sentence),
  undo: undoSchema.optional(),
});

export type ActionFile = z.infer<typeof actionFileSchema>;
export type InputDecl = z.infer<typeof inputSchema>;
export type InputType = InputDecl['type'];

/** Every word of the language, for "did you mean". */
export const ACTION_WORDS: readonly string[] = [
  ...[actionFileSchema, inputSchema, settleSchema, bulkSchema, undoSchema].flatMap((one) => Object.keys(one.shape)),
  ...['permission', 'scopes', 'classic', 'granular', 'id', 'key'],
];
