/** The language of sync.yaml. Reading this file is knowing what may be set. */
import { z } from 'zod';

/** Names that mean something else in `query`, where a connection is a schema. */
const RESERVED = new Set(['main', 'temp', 'system', 'information_schema', 'pg_catalog']);

const connectionName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be lower snake_case, at most 63 characters')
  .refine((name) => !RESERVED.has(name), 'is a reserved word of SQL engines; choose another name');
const streamName = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be the name of a stream');
const projectKey = z.string().regex(/^[A-Z][A-Z0-9_]{0,254}$/, 'must be a project key such as ENG');
/** YAML 1.2 reads 2023-01-01 as text, quoted or not. */
export const dateSchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date, YYYY-MM-DD')
  .refine(isCalendarDay, 'is not a day of the calendar');
/** `${NAME}` or `${file:PATH}`; checked by secrets.ts, which knows the line. */
const secretReference = z.string();

const credentialsSchema = z.discriminatedUnion('type', [
  /** Jira Cloud: an account's e-mail address and API token. */
  z.strictObject({
    type: z.literal('basic'),
    email: z.string().min(1),
    api_token: secretReference,
    expires: dateSchema.optional(),
  }),
  /** Data Center: a personal access token. */
  z.strictObject({ type: z.literal('pat'), token: secretReference, expires: dateSchema.optional() }),
]);

export const credentialKinds = ['basic', 'pat'] as const;

/** The kind is looked at first: a union alone does not say which kinds there are. */
const authSchema = z.looseObject({ type: z.enum(credentialKinds) }).pipe(credentialsSchema);

const throttleSchema = z.strictObject({
  /** Default: 5. Processes that share a budget should all say the same. */
  requests_per_second: z.number().gt(0).max(100).optional(),
  /**
   * `redis://HOST[:PORT]`: processes on any machine that name the same Redis share one budget per site. With a password as a
   * reference, `${REDIS_URL}`. Needs the optional package ioredis. A Redis that cannot be reached stops the run.
   */
  redis: z.string().min(1).optional(),
});

/** How often: a duration, or never. */
const often = z.string().regex(/^([1-9][0-9]*(m|h|d)|never)$/, 'must be a duration such as 12h or 7d, or never');
/** When nothing is said. */
export const USUAL_RHYTHM = { census: '1d', overlap: '1d' } as const;

const connectionSchema = z.strictObject({
  /** The Iceberg namespace of the connection's tables. */
  name: connectionName,
  /** For people; default: the name. */
  label: z.string().min(1).optional(),
  url: z.string().min(1),
  auth: authSchema,
  /** Issues and worklogs updated before this day are left out. */
  start: dateSchema.optional(),
  projects: z.array(projectKey).min(1).optional(),
  jql: z.string().min(1).optional(),
  /** Default: every enabled stream. */
  streams: z.array(streamName).min(1).optional(),
  /** How often tables are held against the list of all issues, to find what is gone or lacking. Default: 1d, and after whole reads. */
  census: often.optional(),
  /** How often what changed within this time is read again, because the search index may lag by hours. Default: 1d. */
  overlap: often.optional(),
  /** Streams read again as a whole that often, because some changes (an edited or deleted comment) do not move the issue. */
  reread: z.record(streamName, often).optional(),
  throttle: throttleSchema.optional(),
});

export const settingsSchema = z.strictObject({
  /** A folder, relative to this file. */
  warehouse: z.string().min(1).optional(),
  connections: z.array(connectionSchema).min(1),
});

export type Settings = z.infer<typeof settingsSchema>;
export type ConnectionSettings = z.infer<typeof connectionSchema>;

/** Every word of the language, for "did you mean". */
export const SETTINGS_WORDS: readonly string[] = [
  ...Object.keys(settingsSchema.shape),
  ...Object.keys(connectionSchema.shape),
  ...credentialsSchema.options.flatMap((option) => Object.keys(option.shape)),
  ...Object.keys(throttleSchema.shape),
];

/** `new Date` rolls 2024-02-30 over to 1 March; the round trip shows it. */
export function isCalendarDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
