/** docs/sync.schema.json: the language of sync.yaml for editors, made from the zod schema that the settings are read by. */
import { z } from 'zod';
import { settingsSchema } from '../../src/app/settings/settings.js';

/** JSON Schema (draft 2020-12) as text, ending with a newline. Rules between fields stay with the connector. */
export function settingsJsonSchema(): string {
  // Output, not input: what `auth` may hold is said by the second half of its pipe.
  const schema = z.toJSONSchema(settingsSchema, { io: 'output' });
  return `${JSON.stringify({ title: 'sync.yaml', ...schema }, null, 2)}\n`;
}
