/** What values of sync.yaml look like, where several of its parts hold one. */
import { z } from 'zod';

/** Names that mean something else in `query`, where a connection is a schema. */
const RESERVED = new Set(['main', 'temp', 'system', 'information_schema', 'pg_catalog']);

export const connectionName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be lower snake_case, at most 63 characters')
  .refine((name) => !RESERVED.has(name), 'is a reserved word of SQL engines; choose another name');
/** `${NAME}` or `${file:PATH}`; checked by secrets.ts, which knows the line. */
export const secretReference = z.string();

/** A pattern's text: the key of a project. */
export const PROJECT_KEY = '[A-Z][A-Z0-9_]{0,254}';
export const projectKey = z.string().regex(new RegExp(`^${PROJECT_KEY}$`), 'must be a project key such as ENG');
