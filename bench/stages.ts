/** Where the time went: samples of V8's profiler by the file that was at work, and the threads beside the program's own. Nothing in `src` knows of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ThreadTimes } from './threads.js';

/** Seconds of CPU by stage. */
export type Shares = ReadonlyMap<string, number>;

/** The beginning of a file's path below `src/`, and its stage; the first that fits counts. */
const STAGES: readonly (readonly [path: string, stage: string])[] = [
  ['core/exact-json', 'parse'],
  ['http/parse', 'parse'],
  ['http/', 'download'],
  ['core/json-path', 'shape'],
  ['runtime/rows/', 'shape'],
  ['runtime/', 'read'],
  ['writers/parquet/spool', 'spool'],
  ['writers/parquet/row-text', 'spool'],
  ['writers/parquet/load-texts', 'spool'],
  ['writers/write/pending-rows', 'spool'],
  ['writers/write/row-', 'spool'],
  ['writers/parquet/', 'DuckDB'],
  ['writers/', 'commit'],
];
/** What is not below any of them: the event loop, modules being loaded, the bench itself. */
const OTHER = 'other';
const GARBAGE = 'garbage';
const OWN_CODE = '/dist/src/';

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** @param folder where `node --cpu-prof` put its profiles, one per JavaScript thread */
export function sharesOf(folder: string, threads: ThreadTimes | null): Shares {
  const shares = new Map<string, number>();
  const add = (stage: string, seconds: number) => shares.set(stage, (shares.get(stage) ?? 0) + seconds);
  let sampled = 0;
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))) {
    for (const [stage, seconds] of profileShares(JSON.parse(readFileSync(join(folder, file), 'utf8')))) {
      add(stage, seconds);
      sampled += seconds;
    }
  }
  if (!threads) return shares;
  // Samples are taken by the clock, which runs on while another process has the core.
  for (const [stage, seconds] of shares) shares.set(stage, (seconds / sampled) * threads.main);
  add(GARBAGE, threads.v8);
  add('DuckDB', threads.others);
  return shares;
}

function profileShares({ nodes, samples, timeDeltas }: Profile): Shares {
  const stageOf = stagesOfNodes(nodes);
  const shares = new Map<string, number>();
  for (const [at, node] of samples.entries()) {
    const stage = stageOf.get(node) ?? OTHER;
    if (stage !== IDLE) shares.set(stage, (shares.get(stage) ?? 0) + (timeDeltas[at] ?? 0) / 1_000_000);
  }
  return shares;
}

const IDLE = 'idle';
const BY_NAME: ReadonlyMap<string, string> = new Map([
  ['(idle)', IDLE],
  ['(garbage collector)', GARBAGE],
]);

/** A function of Node, of a package or of V8 works for the nearest file of ours that called it. */
function stagesOfNodes(nodes: Profile['nodes']): ReadonlyMap<number, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const stages = new Map<number, string>();
  const visit = (id: number, inherited: string): void => {
    const node = byId.get(id);
    if (!node) return;
    const { functionName, url } = node.callFrame;
    const stage = BY_NAME.get(functionName) ?? ownStage(url) ?? inherited;
    stages.set(id, stage);
    for (const child of node.children ?? []) visit(child, stage);
  };
  const [root] = nodes;
  if (root) visit(root.id, OTHER);
  return stages;
}

function ownStage(url: string): string | undefined {
  const at = url.indexOf(OWN_CODE);
  if (at >= 0) return STAGES.find(([path]) => url.startsWith(path, at + OWN_CODE.length))?.[1];
  // Answers come from the socket, where nobody of ours called.
  return /node:(_http|internal\/(streams|stream_base)|net|zlib)|\/undici\//.test(url) ? 'download' : undefined;
}

/** `parse 21 %, shape 18 %, …`, the largest first. */
export function sharesInWords(shares: Shares): string {
  const total = [...shares.values()].reduce((sum, seconds) => sum + seconds, 0);
  return [...shares]
    .sort(([, a], [, b]) => b - a)
    .map(([stage, seconds]) => `${stage} ${seconds.toFixed(1)} s (${Math.round((100 * seconds) / total)} %)`)
    .join(', ');
}
