/** Asks the registry for known vulnerabilities of what the connector runs with: npm run check:audit */
import { spawnSync } from 'node:child_process';
import { packageRoot } from '../src/app/settings/package-files.js';
import { verdict } from './audit/verdict.js';

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { cwd: packageRoot(), encoding: 'utf8' });
const { exitCode, lines } = verdict(stdout ?? '');
for (const line of lines) console.log(line);
process.exitCode = exitCode;
