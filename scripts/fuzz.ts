/** Runs the properties of tests/fuzz with new seeds for as long as is asked: npm run fuzz -- --minutes N */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/app/settings/package-files.js';

/** What a round that has begun may take longer. */
const ROUND_MS = 300_000;

function main(argv: readonly string[]): number {
  const [flag, minutes = ''] = argv;
  if (flag !== '--minutes' || !/^\d+(\.\d+)?$/.test(minutes) || Number(minutes) === 0) {
    console.error('Usage: npm run fuzz -- --minutes N. FUZZ_SEED=… repeats a round that failed.');
    return 2;
  }
  const share = Math.ceil((Number(minutes) * 60_000) / properties());
  const timeout = String(share + ROUND_MS);
  const vitest = join(packageRoot(), 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', 'tests/fuzz', '--no-file-parallelism', '--testTimeout', timeout];
  const { status } = spawnSync(process.execPath, args, {
    cwd: packageRoot(),
    env: { ...process.env, FUZZ_MS: String(share) },
    stdio: 'inherit',
  });
  return status ?? 1;
}

/** They share the time. */
function properties(): number {
  const folder = join(packageRoot(), 'tests', 'fuzz');
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
  const texts = files.map((name) => readFileSync(join(folder, name), 'utf8'));
  return texts.reduce((sum, text) => sum + (text.match(/^fuzz\(/gm)?.length ?? 0), 0);
}

process.exitCode = main(process.argv.slice(2));
