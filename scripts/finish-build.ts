/** After the compiler: the command line can be run, and nothing stays of sources that are gone (it would be packed). */
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

for (const room of ['src', 'simulator'])
  for (const file of readdirSync(join('dist', room), { recursive: true, encoding: 'utf8' })) {
    const source = file.replace(/(\.d\.ts|\.js|\.js\.map)$/, '.ts');
    if (source !== file && !existsSync(join(room, source))) rmSync(join('dist', room, file));
  }
chmodSync('dist/src/cli.js', 0o755);
