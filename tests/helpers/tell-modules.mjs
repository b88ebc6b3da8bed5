// node --import THIS: says on standard error which files the process loads, ES modules and CommonJS alike.
import { writeSync } from 'node:fs';
import { createRequire, register } from 'node:module';

const hooks = `import { writeSync } from 'node:fs';
export async function load(url, context, next) { writeSync(2, 'loaded ' + url + '\\n'); return next(url, context); }`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
const { cache } = createRequire(import.meta.url);
process.on('exit', () => {
  for (const file of Object.keys(cache)) writeSync(2, `loaded ${file}\n`);
});
