/** `serve:` of sync.yaml, in the language of sync.yaml. */
import { z } from 'zod';
import { connectionName, projectKey, secretReference } from './setting-values.js';

export const SERVE_KEY_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** Who may ask `connector serve`, and what is shown to them; without a word on something, all of it. */
export const serveKeySchema = z.strictObject({
  /** For logs: whoever asked. */
  name: z.string().regex(SERVE_KEY_NAME, 'must be a name in small letters, such as finance'),
  /** The key itself, a reference; at least 32 characters. */
  key: secretReference.optional(),
  /** In its place: SHA-256 of the key, in hexadecimal, as `connector serve --new-key NAME` prints it. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits, as connector serve --new-key NAME prints them')
    .optional(),
  connections: z.array(connectionName).min(1).optional(),
  /** Keys: issues of these projects alone, and what hangs on them. */
  projects: z.array(projectKey).min(1).optional(),
  /** Names or ids: worklogs of their members alone. */
  groups: z.array(z.string().min(1)).min(1).optional(),
  /** Worklogs only some may see. Default: omit. */
  restricted: z.enum(['include', 'omit']).optional(),
  /** Whether `jql` and `filter` may be asked of the site, with the connection's credentials. Default: false. */
  jql: z.boolean().optional(),
  /** Whether `refresh=true` may start a sync. Default: false. */
  refresh: z.boolean().optional(),
});
