import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generatedFiles } from '../../scripts/docs/generated.js';
import { packageRoot } from '../../src/core/engine.js';

test.each(generatedFiles())('$file is what `npm run docs` would write now', ({ file, text }) => {
  const path = join(packageRoot(), file);
  expect(existsSync(path) ? readFileSync(path, 'utf8') : 'missing: run `npm run docs`').toBe(text);
});
