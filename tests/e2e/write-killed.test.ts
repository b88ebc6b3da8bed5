/**
 * Processes that write and are killed, on a site that loses every third answer after the work is done: however often, each row is there
 * once. Few rows and few deaths by default; `npm run test:write` plays 200 rows and 20 deaths of each kind.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import type { InputRow } from '../../src/actions/plan/change.js';
import { openForReading } from '../../src/query/open.js';
import { rowsOf } from '../helpers/writing.js';
import type { ChildWrite } from './write-child.js';

const FULL = process.env.WRITE_FULL === '1';
const ROWS = FULL ? 200 : 30;
const KILLS = FULL ? 20 : 1;
const MOST_RUNS = KILLS + 10;
const MINUTE = 60_000;

let jira: Simulator;
let root: string;
beforeAll(async () => {
  jira = await startSimulator({ issues: 60, projects: 3, writing: { perIssue: null }, indexLagMs: 2_000 });
  root = mkdtempSync(join(tmpdir(), 'killed-'));
});
afterAll(async () => {
  await jira.close();
  rmSync(root, { recursive: true, force: true });
});

interface Ended {
  readonly signal: string | null;
  readonly result: Readonly<Record<string, number>> | null;
  readonly errors: string;
}

/** @param killAt writes of this run after which it dies in the middle of the next one; null: it lives */
function child(action: string, rows: readonly InputRow[], killAt: number | null): Promise<Ended> {
  const { url, email, apiToken } = jira;
  const input: ChildWrite = { jira: { url, email, apiToken }, root, action, rows };
  const entry = fileURLToPath(new URL('../writers/support/child.mjs', import.meta.url));
  const file = fileURLToPath(new URL('./write-child.ts', import.meta.url));
  const process_ = spawn(process.execPath, [entry, file, 'writeChild', JSON.stringify(input)]);
  jira.faults.clear();
  // The request is carried out after its sender has died.
  if (killAt !== null) jira.faults.add({ match: 'writes', after: killAt, before: () => void process_.kill('SIGKILL') });
  jira.faults.add({ match: 'writes', times: Number.POSITIVE_INFINITY, after: 2, every: 3, destroyAfterWork: true });
  let [output, errors] = ['', ''];
  process_.stdout.on('data', (piece) => {
    output += piece;
  });
  process_.stderr.on('data', (piece) => {
    errors += piece;
  });
  return new Promise((resolve) => {
    process_.on('close', (code, signal) => {
      const last = output.trim().split('\n').at(-1);
      resolve({ signal, errors, result: code === 0 && last ? JSON.parse(last) : null });
    });
  });
}

const KINDS: readonly (readonly [action: string, cells: (at: number) => InputRow['cells']])[] = [
  ['create_issue', (at) => ({ project: 'ENG', type: 'Task', summary: `killed ${at}` })],
  [
    'create_worklog',
    (at) => ({ issue: `ENG-${(at % 7) + 1}`, started: '2026-03-02', time: '1h', text: `killed ${at}` }),
  ],
  ['add_comment', (at) => ({ issue: `ENG-${(at % 7) + 1}`, text: `killed ${at}` })],
];

/** Answers to comments are lost in write.test.ts, too; a process costs seconds. */
test.each(FULL ? KINDS : KINDS.slice(0, 2))(
  '%s: killed again and again while answers are lost, and every row is there once',
  async (action, cells) => {
    const rows = rowsOf(Array.from({ length: ROWS }, (_, at) => cells(at)));
    const before = thingsOn();
    let deaths = 0;
    let last: Ended['result'] = null;
    for (let run = 0; run < MOST_RUNS; run++) {
      // Bulks of fifty leave few requests to die in.
      const killAt = deaths < KILLS ? (action === 'create_issue' ? run % 2 : 3 + (run % 5)) : null;
      const ended = await child(action, rows, killAt);
      jira.edit.advance(MINUTE);
      if (ended.signal === 'SIGKILL') deaths++;
      else if (ended.result === null) throw new Error(ended.errors);
      else last = ended.result;
      if (last !== null && last.unknown === 0 && last.failed === 0 && ended.result !== null) break;
      // An index that is never believed to be later than a quarter of an hour.
      if (deaths >= KILLS && (last?.unknown ?? 0) > 0) jira.edit.advance(16 * MINUTE);
    }
    // A bulk of fifty is one request: few deaths, and all is there.
    expect(deaths).toBeGreaterThanOrEqual(action === 'create_issue' ? 1 : KILLS);
    expect(last).toMatchObject({ failed: 0, unknown: 0 });
    expect(thingsOn()[action as keyof ReturnType<typeof thingsOn>] - before[action as keyof typeof before]).toBe(ROWS);
    const warehouse = await openForReading({ root });
    try {
      const reader = await warehouse.read(
        `SELECT count(*) AS n, count(DISTINCT result_id) AS things FROM demo._actions WHERE action = '${action}' AND state = 'done'`,
      );
      expect(reader.getRowObjectsJson()).toEqual([{ n: String(ROWS), things: String(ROWS) }]);
    } finally {
      warehouse.close();
    }
  },
  600_000,
);

/** How many of each there are on the site. */
function thingsOn() {
  const { site } = jira;
  const places = Array.from({ length: site.table.size }, (_, place) => place);
  const sum = (count: (place: number) => number) => places.reduce((total, place) => total + count(place), 0);
  return {
    create_issue: site.table.size,
    create_worklog: sum((place) => site.worklogs.countOf(place)),
    add_comment: sum((place) => site.comments.countOf(place)),
  };
}
