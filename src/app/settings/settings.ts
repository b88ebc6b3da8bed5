/** The language of sync.yaml. Reading this file is knowing what may be set. */
import { z } from 'zod';
import { isCalendarDay } from '../../core/calendar.js';
import { CLOUD_ID } from '../../http/auth/tokens.js';
import { CREDENTIAL_KINDS } from '../../runtime/streams/kinds.js';
import { serveKeySchema } from './serve-schema.js';
import { connectionName, PROJECT_KEY, projectKey, secretReference } from './setting-values.js';

const streamName = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be the name of a stream');
/** A key, one that the project had before, or its id. */
const projectName = z.union([
  z
    .string()
    .regex(
      new RegExp(`^(${PROJECT_KEY}|[1-9][0-9]{0,18})$`),
      'must be a project key such as ENG, or the id of a project',
    ),
  z.int().min(1),
]);
/** YAML 1.2 reads 2023-01-01 as text, quoted or not. */
const dateSchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date, YYYY-MM-DD')
  .refine(isCalendarDay, 'is not a day of the calendar');

/** Of the site at Atlassian; default: the site is asked. */
const cloudId = z.string().regex(CLOUD_ID, 'must be a UUID such as 1a11d016-8984-4c3e-b9ab-142dd06acb1b');

const credentialsSchema = z.discriminatedUnion('type', [
  /** Jira Cloud: an account's e-mail address and API token. */
  z.strictObject({
    type: z.literal('basic'),
    email: z.string().min(1),
    api_token: secretReference,
    expires: dateSchema.optional(),
  }),
  /** Jira Cloud: an API token with scopes, of a person or a service account. */
  z.strictObject({
    type: z.literal('scoped'),
    email: z.string().min(1),
    api_token: secretReference,
    cloud_id: cloudId.optional(),
    expires: dateSchema.optional(),
  }),
  /** Jira Cloud: an OAuth 2.0 app that acts for the person who consents in `connector auth login`. */
  z.strictObject({
    type: z.literal('oauth'),
    client_id: z.string().min(1),
    client_secret: secretReference,
    /** Where the tokens of the login are kept, relative to this file; default: the user's state folder. */
    token_file: z.string().min(1).optional(),
  }),
  /** Jira Cloud: OAuth 2.0 credentials of a service account. */
  z.strictObject({
    type: z.literal('client_credentials'),
    client_id: z.string().min(1),
    client_secret: secretReference,
    cloud_id: cloudId.optional(),
    expires: dateSchema.optional(),
  }),
  /** Data Center: a personal access token. */
  z.strictObject({ type: z.literal('pat'), token: secretReference, expires: dateSchema.optional() }),
]);

/** The kind is looked at first: a union alone does not say which kinds there are. */
const authSchema = z.looseObject({ type: z.enum(CREDENTIAL_KINDS) }).pipe(credentialsSchema);

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
const censusRhythm = z
  .string()
  .regex(/^([1-9][0-9]*(m|h|d)|auto|always|never)$/, 'must be auto, always, never, or a duration such as 12h or 7d');
/** How often at most. */
const atMost = z
  .string()
  .regex(/^([1-9][0-9]*(m|h|d)|always)$/, 'must be a duration such as 6h or 1d, or always for every run');
/** When nothing is said. */
export const USUAL_RHYTHM = { census: 'auto', overlap: '1d' } as const;

const tlsSchema = z.strictObject({
  /** PEM file, relative to this one, with the only authorities that are trusted for this server. Default: those of Node, and NODE_EXTRA_CA_CERTS. */
  ca: z.string().min(1),
});

/** How rows of one stream's table lie in its files. Written into the table, where it stays until something else is said. */
const tableSchema = z.strictObject({
  /** Columns of the stream that rows are put in order by, ascending: the table's sort order. Default: `issue_id`, where there is one, then the primary key. */
  sort: z.array(z.string()).min(1).optional(),
  /** Of data files, about: 8MB to 2GB. Default: 128MB. */
  target_file_size: z
    .string()
    .regex(/^(([89]|[1-9]\d{1,2}|1\d{3}|20[0-3]\d|204[0-8])MB|[12]GB)$/, 'must be 8MB to 2048MB, or 1GB or 2GB')
    .optional(),
  /** Iceberg's own properties, such as `gc.enabled`; names of one's own begin with `user.`. */
  properties: z.record(z.string(), z.union([z.string(), z.int(), z.boolean()])).optional(),
});

const columnNames = z.array(z.string().min(1)).min(1);
const columnChoiceSchema = z.union([
  z.strictObject({ include: columnNames }),
  z.strictObject({ exclude: columnNames }),
]);

const connectionSchema = z.strictObject({
  /** The Iceberg namespace of the connection's tables. */
  name: connectionName,
  /** For people; default: the name. */
  label: z.string().min(1).optional(),
  url: z.string().min(1),
  auth: authSchema,
  /** Issues and worklogs updated before this day are left out. */
  start: dateSchema.optional(),
  projects: z.array(projectName).min(1).optional(),
  jql: z.string().min(1).optional(),
  /** `default` stands for every stream that is on by default: [default, issue_watchers]. Default: those. */
  streams: z.array(streamName).min(1).optional(),
  /** How often tables are held against the list of all issues, to find what is gone or lacking. Default: auto, in every run while the list costs at most 3 requests, else daily. After whole reads in any case but never. */
  census: censusRhythm.optional(),
  /** How often what changed within this time is read again, because the search index may lag by hours. Default: 1d. */
  overlap: often.optional(),
  /** Streams read again as a whole that often, because some changes (an edited or deleted comment) do not move the issue. */
  reread: z.record(streamName, often).optional(),
  /** How often a stream is read at most, by stream; default: what its file says (`connector streams NAME`), mostly in every run. */
  every: z.record(streamName, atMost).optional(),
  throttle: throttleSchema.optional(),
  tls: tlsSchema.optional(),
  /**
   * Which columns a table carries, by stream: these alone (`include`), or all but these (`exclude`). For issue_search also ids and
   * display names of fields. `connector streams NAME` lists columns. Keys, cursors and what names a parent are always there.
   */
  columns: z.record(streamName, columnChoiceSchema).optional(),
  /** An older name for `columns: { issue_search: { exclude: [...] } }`. */
  fields: z
    .strictObject({
      /** Issue fields that are neither asked for nor written: ids such as customfield_10016, or display names. */
      exclude: z.array(z.string().min(1)).min(1).optional(),
    })
    .optional(),
  /** Keys of issue properties, for the stream of that name. */
  issue_properties: z
    .array(z.string().regex(/^[^,\s*-][^,\s]{0,254}$/, 'must be the key of a property, without commas and spaces'))
    .min(1)
    .optional(),
  /** `pseudonymous`: account ids become pseudonyms that stay the same; names and addresses are left out. Default: full. */
  people: z.enum(['full', 'pseudonymous']).optional(),
  /** Pseudonyms are made with this key, a reference; default: the site's address. Another key makes other pseudonyms. */
  people_key: secretReference.optional(),
  /** How changed rows replace stored ones: `copy-on-write` for readers that do not apply delete files (Databricks). Default: position-deletes. */
  upserts: z.enum(['position-deletes', 'copy-on-write']).optional(),
  /** By stream. */
  tables: z.record(streamName, tableSchema).optional(),
});

/** Writing back to Jira (docs/writing-back.md). Values stand here as they are: no reference is taken, so that no variable can allow anything. */
const writeSchema = z.strictObject({
  /** Without `true` nothing is ever written to a site. */
  enabled: z.boolean(),
  /** Names of the actions that are allowed (`connector actions`). */
  actions: z.array(z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be the name of an action')).min(1),
  /** Keys of the projects whose issues may be touched. */
  projects: z.array(projectKey).min(1),
  /** Of one command at most. Default: 500. */
  max_rows: z.int().min(1).max(100_000).optional(),
  /** The folder, relative to this file, below which files lie that may be attached. Default: none may. */
  files: z.string().min(1).optional(),
});

/** S3 and what speaks like it. Without keys, AWS's own chain is asked: environment, profile, role of the machine. */
const storageSchema = z.strictObject({
  endpoint: z.url({ protocol: /^https?$/ }).optional(),
  region: z.string().min(1).optional(),
  /** Bucket names in the path of addresses; default: where an endpoint is given. */
  path_style: z.boolean().optional(),
  access_key_id: z.string().min(1).optional(),
  secret_access_key: secretReference.optional(),
  session_token: secretReference.optional(),
  /** Folder for copies of remote files, relative to this file; default: the user's cache folder. */
  cache: z.string().min(1).optional(),
});

const catalogAuthSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({ type: z.literal('bearer'), token: secretReference }),
  /** OAuth 2.0 client credentials. */
  z.strictObject({
    type: z.literal('oauth2'),
    client_id: z.string().min(1),
    client_secret: secretReference,
    scope: z.string().min(1).optional(),
    /** Default: the catalog's own token endpoint. */
    token_url: z.url({ protocol: /^https?$/ }).optional(),
  }),
  /** AWS Glue and S3 Tables. */
  z.strictObject({ type: z.literal('sigv4'), region: z.string().min(1), service: z.string().min(1).optional() }),
]);

/** An Iceberg REST catalog. */
const catalogSchema = z.strictObject({
  type: z.literal('rest'),
  uri: z.url({ protocol: /^https?$/ }),
  /** The catalog's own name of the warehouse. */
  warehouse: z.string().min(1).optional(),
  /** Default: none. */
  auth: catalogAuthSchema.optional(),
  tls: tlsSchema.optional(),
});

/** A program with its arguments, or an address (or a reference to one) that is sent JSON by POST. */
const hookSchema = z.union([
  z.strictObject({
    command: z.array(z.string()).min(1),
    /** Names of environment variables that the program gets beside PATH and its like. */
    env: z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of a variable')).optional(),
  }),
  z.strictObject({ url: z.string().min(1) }),
]);

export const settingsSchema = z.strictObject({
  /** Where secrets may lie: folders, relative to this file, that `${file:PATH}` is limited to. Default: anywhere. */
  secrets: z.strictObject({ allowed_paths: z.array(z.string().min(1)).min(1) }).optional(),
  /** A folder, relative to this file, or `s3://bucket/prefix`. */
  warehouse: z.string().min(1).optional(),
  storage: storageSchema.optional(),
  /** Default: the warehouse's files are the catalog. */
  catalog: catalogSchema.optional(),
  hooks: z
    .strictObject({
      /** Told of each table that has new rows: where its newest metadata file lies. */
      after_commit: hookSchema.optional(),
      /** Told, for each connection, of what makes the run end with 1, 2 or 3. */
      on_failure: hookSchema.optional(),
      /** Told of each run that ended with exit code 0. */
      on_success: hookSchema.optional(),
    })
    .optional(),
  metrics: z
    .strictObject({
      /** Written after each sync for the textfile collector of Prometheus, relative to this file. Each settings file needs its own. */
      textfile: z.string().regex(/\.prom$/, 'must end in .prom, or the collector does not read it'),
    })
    .optional(),
  write: writeSchema.optional(),
  serve: z.strictObject({ keys: z.array(serveKeySchema).min(1) }).optional(),
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
  ...Object.keys(tableSchema.shape),
  ...Object.keys(storageSchema.shape),
  ...Object.keys(writeSchema.shape),
  ...Object.keys(serveKeySchema.shape),
  ...Object.keys(catalogSchema.shape),
  ...catalogAuthSchema.options.flatMap((option) => Object.keys(option.shape)),
  ...[
    'after_commit',
    'on_failure',
    'on_success',
    'command',
    'env',
    'exclude',
    'include',
    'ca',
    'allowed_paths',
    'textfile',
    'keys',
  ],
];
