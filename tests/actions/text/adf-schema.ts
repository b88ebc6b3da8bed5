/** Atlassian's own JSON schema of its documents, as a test. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';

const file = createRequire(import.meta.url).resolve('@atlaskit/adf-schema/json-schema/v1/full.json');

const ajv = new Ajv({ strict: false, validateSchema: false });
const { $schema: _, ...schema } = followed(JSON.parse(readFileSync(file, 'utf8'))) as Record<string, unknown>;
const validate = ajv.compile(schema);

/** What is wrong with a document; empty for a good one. */
export function complaints(document: unknown): readonly string[] {
  return validate(document)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** Atlassian means by a list of items "so they begin, and the last kind goes on"; JSON schema would let anything follow. */
function followed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(followed);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, followed(part)]));
  return Array.isArray(copy.items)
    ? { ...copy, items: copy.items.slice(0, -1), additionalItems: copy.items.at(-1) }
    : copy;
}
