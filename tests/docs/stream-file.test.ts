/** The language's page shows pieces of real stream files; a piece that went stale would teach what the connector no longer does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parentSchema } from '../../src/runtime/streams/parent-words.js';
import { columnSchema, routeSchema, streamFileSchema } from '../../src/runtime/streams/stream-file.js';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/stream-file.md'), 'utf8');
const examples = [...page.matchAll(/```yaml\n# (streams\/\S+)\n([\s\S]*?)\n```/g)];

test('every YAML example of the page says which file it comes from', () => {
  expect(examples.length).toBeGreaterThan(4);
  expect(examples.length).toBe(page.match(/```yaml/g)?.length);
});

test.each(
  examples.map(([, file = '', text = '']) => ({ file, text })),
)('the example from $file still stands there word for word', ({ file, text }) => {
  expect(readFileSync(join(root, file), 'utf8')).toContain(text);
});

test('no word of the language is missing from the page', () => {
  const words = [streamFileSchema, routeSchema, columnSchema, parentSchema].flatMap((schema) =>
    Object.keys(schema.shape),
  );
  expect(words.filter((word) => !page.includes(`\`${word}\``))).toEqual([]);
});
