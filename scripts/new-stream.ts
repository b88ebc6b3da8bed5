/** Makes a stream file and a failing golden case to start from: npm run new-stream -- NAME */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readStreamFiles } from '../src/app/settings/package-files.js';
import { packageRoot } from '../src/core/engine.js';
import { streamSkeleton } from './stream-skeleton.js';

function main(name: string | undefined): number {
  if (name === undefined) return complain('Usage: npm run new-stream -- NAME');
  if (readStreamFiles().some(({ file }) => file.endsWith(`/${name}.yaml`)))
    return complain(`The stream ${name} exists already.`);
  for (const { file, text } of streamSkeleton(name).files) {
    const path = join(packageRoot(), file);
    if (existsSync(path)) return complain(`${file} exists already.`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.log(`wrote ${file}`);
  }
  console.log('Now fill both in, until `npm test` is green; then `npm run check:contract` and `npm run docs`.');
  return 0;
}

function complain(text: string): number {
  console.error(text);
  return 2;
}

try {
  process.exitCode = main(process.argv[2]);
} catch (error) {
  process.exitCode = complain(error instanceof Error ? error.message : String(error));
}
