/** `npm run bench -- [CASE]...`: measures the promises about requests, rate, speed and memory on a simulated site. */
import { cpus, totalmem } from 'node:os';
import { fourStreams } from './cases/four-streams.js';
import { hostile } from './cases/hostile.js';
import { compaction, longHistory } from './cases/maintenance.js';
import { memoryOf } from './cases/memory.js';
import { realSite } from './cases/real-site.js';
import { upsert } from './cases/upsert.js';
import { wholeSite } from './cases/whole-site.js';
import { worklogsAlone } from './cases/worklogs-alone.js';
import { writePathOf } from './cases/write-path.js';
import { type Figure, printTable, say } from './table.js';

const CASES: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  'four-streams': fourStreams,
  'real-2k': () => realSite(2000),
  'real-10k': () => realSite(10_000),
  'worklogs-alone': worklogsAlone,
  'memory-10k': () => memoryOf(10_000),
  'memory-100k': () => memoryOf(100_000),
  'whole-site': wholeSite,
  'write-path': () => writePathOf(100_000),
  upsert,
  'long-history': longHistory,
  compaction,
  hostile,
  'write-path-1m': () => writePathOf(1_000_000),
  'memory-1m': () => memoryOf(1_000_000),
};

/** Take up to half an hour: run by their names or by `--million` only. */
const LONG: ReadonlySet<string> = new Set(['write-path-1m', 'memory-1m']);

async function main(words: readonly string[]): Promise<number> {
  const named = words.filter((word) => !word.startsWith('-'));
  const unknown = named.filter((name) => !(name in CASES));
  if (unknown.length) {
    say(`No case is called ${unknown.join(', ')}. There are: ${Object.keys(CASES).join(', ')}.`);
    return 2;
  }
  const wanted = named.length
    ? named
    : Object.keys(CASES).filter((name) => !LONG.has(name) || words.includes('--million'));
  const [cpu] = cpus();
  const history = Math.round(totalmem() / 2 ** 30);
  say(
    `${cpus().length} x ${cpu?.model ?? 'unknown'}, ${history} GB, Node ${process.version}, ${new Date().toISOString()}`,
  );
  let good = true;
  for (const name of wanted) {
    const figures = (await CASES[name]?.()) ?? [];
    printTable(name, figures);
    good &&= figures.every(({ ok, problem }) => ok && problem === undefined);
  }
  return good ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
