/** Marks the built command line as executable, so that `npm install --global .` and `npx connector` can run it. */
import { chmodSync } from 'node:fs';

chmodSync('dist/src/cli.js', 0o755);
