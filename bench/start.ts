/** `node dist/bench/start.js`: what it costs to begin, the command line beside an empty Node. CPU time, the least of some runs each. */
import { spawnSync } from 'node:child_process';

const RUNS = 10;

/** Milliseconds of CPU, system and user. */
function cpuOf(...args: readonly string[]): number {
  const tell = 'process.on("exit",()=>process.stderr.write(JSON.stringify(process.cpuUsage())))';
  const { stderr, status } = spawnSync(process.execPath, ['--import', `data:text/javascript,${tell}`, ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  const { user, system } = JSON.parse(stderr) as NodeJS.CpuUsage;
  return (user + system) / 1000;
}

const least = (...args: readonly string[]) => Math.min(...Array.from({ length: RUNS }, () => cpuOf(...args)));

const empty = least('-e', '');
for (const flag of ['--version', '--help']) {
  const ours = least('dist/bin/connector.js', flag);
  console.log(
    `connector ${flag}: ${ours.toFixed(0)} ms, an empty Node ${empty.toFixed(0)} ms: ${(ours / empty).toFixed(2)} times`,
  );
}
