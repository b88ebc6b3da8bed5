/** docs/stream-file.schema.json: the language of stream files for editors, made from the zod schema that the loader uses. */
import { z } from 'zod';
import { streamFileSchema } from '../../src/runtime/streams/stream-file.js';

/** JSON Schema (draft 2020-12) as text, ending with a newline. */
export function streamFileJsonSchema(): string {
  const schema = z.toJSONSchema(streamFileSchema, { io: 'input' });
  return `${JSON.stringify({ title: 'Stream file', ...schema }, null, 2)}\n`;
}
