/** `npm run bench -- [CASE]...`: measures the promises about requests, rate, speed and memory on a simulated site. */
import { cpus, totalmem } from 'node:os';
import { changelogOfMillion } from './cases/changelog.js';
import { eightConnections } from './cases/eight-connections.js';
import { fourStreams } from './cases/four-streams.js';
import { fullRead, growth, stagesOf } from './cases/full-read.js';
import { hostile } from './cases/hostile.js';
import { hourly } from './cases/hourly.js';
import { issueLabel } from './cases/issue-label.js';
import { layout } from './cases/layout.js';
import { compaction, longHistory } from './cases/maintenance.js';
import { reports } from './cases/reports.js';
import { routes } from './cases/routes.js';
import { smallChanges } from './cases/small-changes.js';
import { upsert } from './cases/upsert.js';
import { wholeSite } from './cases/whole-site.js';
import { worklogsAlone } from './cases/worklogs-alone.js';
import { writePathOf } from './cases/write-path.js';
import { writeFigures } from './figures-page.js';
import { type Figure, printTable, say } from './table.js';

const CASES: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  'full-2k': () => fullRead(2000),
  'full-10k': () => fullRead(10_000),
  stages: () => stagesOf(2000),
  'small-changes': () => smallChanges(10_000),
  'eight-connections': eightConnections,
  'four-streams': fourStreams,
  routes: () => routes(2000),
  'routes-10k': () => routes(10_000),
  'worklogs-alone': worklogsAlone,
  'whole-site': wholeSite,
  'whole-site-hourly': hourly,
  'write-path': () => writePathOf(100_000),
  upsert,
  layout,
  'issue-label': issueLabel,
  'reports-1m': () => reports(),
  changelog: () => changelogOfMillion(),
  'long-history': longHistory,
  compaction,
  hostile,
  'write-path-1m': () => writePathOf(1_000_000),
  'full-100k': () => fullRead(100_000),
  'full-1m': () => fullRead(1_000_000),
  'small-changes-1m': () => smallChanges(1_000_000),
  growth: async () => growth(),
};

/** Take up to some hours: run by their names or with the flag only. */
const FLAGS: Readonly<Record<string, string>> = {
  'full-100k': '--hundred-thousand',
  'routes-10k': '--hundred-thousand',
  'write-path-1m': '--million',
  'full-1m': '--million',
  'small-changes-1m': '--million',
};

async function main(words: readonly string[]): Promise<number> {
  const named = words.filter((word) => !word.startsWith('-'));
  const unknown = named.filter((name) => !(name in CASES));
  if (unknown.length) {
    say(`No case is called ${unknown.join(', ')}. There are: ${Object.keys(CASES).join(', ')}.`);
    return 2;
  }
  const wanted = named.length
    ? named
    : Object.keys(CASES).filter((name) => !(name in FLAGS) || words.includes(FLAGS[name] ?? ''));
  const machine = machineNow();
  say(machine);
  const measured = new Map<string, readonly Figure[]>();
  for (const name of wanted) {
    const figures = (await CASES[name]?.()) ?? [];
    printTable(name, figures);
    measured.set(name, figures);
  }
  if (words.includes('--docs')) writeFigures(measured, machine);
  return [...measured.values()].flat().every(({ ok, problem }) => ok && problem === undefined) ? 0 : 1;
}

function machineNow(): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} x ${cpu?.model ?? 'unknown'}, ${memory} GB, Node ${process.version}, ${new Date().toISOString()}`;
}

process.exitCode = await main(process.argv.slice(2));
