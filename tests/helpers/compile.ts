/** Before any test: what tests start as processes of their own is what the sources say now. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export default function compile(): void {
  const root = join(import.meta.dirname, '..', '..');
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', root]);
  spawnSync(process.execPath, ['dist/scripts/finish-build.js'], { cwd: root });
  if (status !== 0) console.warn(`The sources do not compile; child processes may run older ones.\n${stdout}`);
}
