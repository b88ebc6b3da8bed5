/**
 * After the compiler: the command line is put together, nothing stays of sources that are gone (it would be packed), and the stream
 * files are checked once for all starts.
 */
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkedText } from '../src/app/settings/checked-streams.js';
import { readStreamFiles } from '../src/app/settings/package-files.js';
import { loadRegistry } from '../src/runtime/streams/load.js';
import { bundle } from './bundle.js';

for (const room of ['src', 'simulator'])
  for (const file of readdirSync(join('dist', room), { recursive: true, encoding: 'utf8' })) {
    const source = file.replace(/(\.d\.ts|\.js|\.js\.map)$/, '.ts');
    if (source !== file && !existsSync(join(room, source))) rmSync(join('dist', room, file));
  }
await bundle();

const CHECKED = 'dist/checked-streams.json';
// Of a wrong stream file nothing is kept: whoever starts the connector is told what is wrong.
rmSync(CHECKED, { force: true });
const files = readStreamFiles();
writeFileSync(CHECKED, checkedText(files, loadRegistry(files)));
