/** Writes the generated pages under docs/: npm run docs */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/core/engine.js';
import { generatedFiles } from './docs/generated.js';

for (const { file, text } of generatedFiles()) {
  writeFileSync(join(packageRoot(), file), text);
  console.log(`wrote ${file}`);
}
