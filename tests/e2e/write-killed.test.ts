/**
 * Processes that write and are killed, on a site that loses every third answer after the work is done: however often, each row is there
 * once. Few rows and one death of each kind by default; `npm run test:write` plays 200 rows and 20 deaths of each.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Fault } from '../../simulator/faults.js';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import type { InputRow } from '../../src/actions/plan/change.js';
import { markerIn } from '../../src/actions/plan/marker.js';
import { openForReading } from '../../src/query/open.js';
import { rowsOf } from '../helpers/writing.js';

const FULL = process.env.WRITE_FULL === '1';
const KILLS = FULL ? 20 : 1;
const MOST_RUNS = 2 * KILLS + 10;
const MINUTE = 60_000;

let jira: Simulator;
let root: string;
beforeAll(async () => {
  const issues = FULL ? 900 : 120;
  jira = await startSimulator({ issues, projects: 3, writing: { perIssue: null }, indexLagMs: 2_000 });
  // None is where the transition leads to.
  for (let place = 0; place < jira.site.table.size; place++)
    jira.edit.updateIssue(jira.site.idOf(place), { status: 'Done' });
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

/** The process dies at a request that is carried out after its death, or that never is, or while it asks what became of those before. */
type Death = 'executed' | 'unsent' | 'asking';

interface Kind {
  readonly action: string;
  /** Where the site keeps no markers. */
  readonly isUnmarked?: boolean;
  /** In short. */
  readonly rows: number;
  readonly cells: (at: number) => InputRow['cells'];
  /** How it finds out. */
  readonly asks: RegExp;
  readonly deaths: readonly Death[];
  /** Writes that pass before a death, at most. */
  readonly writes: number;
  /** How many there are on the site. */
  readonly count: () => number;
  /** Ids in the markers of all that there are, where such things carry one. */
  readonly marks?: () => readonly string[];
}

const DEATHS: readonly Death[] = ['executed', 'unsent', 'executed', 'asking'];

const sum = (count: (place: number) => number) =>
  Array.from({ length: jira.site.table.size }, (_, place) => count(place)).reduce((all, one) => all + one, 0);
const marksOn = (
  propertiesOf: (place: number) => readonly (readonly { key: string; value: unknown }[] | undefined)[],
) =>
  Array.from({ length: jira.site.table.size }, (_, place) => propertiesOf(place))
    .flat()
    .flatMap((properties) => markerIn(properties ?? []) ?? []);
const executed = (route: string) => jira.writes.executed.filter((one) => one === route).length;
const target = (at: number) => `ENG-${(at % 7) + 1}`;

const KINDS: readonly Kind[] = [
  {
    action: 'create_issue',
    rows: 60,
    cells: (at) => ({ project: 'ENG', issue_type: 'Task', summary: `killed ${at}` }),
    asks: /\/search\/jql/,
    // Four requests make all 200: most deaths must leave work to be done.
    deaths: FULL ? ['unsent', 'asking', 'unsent', 'asking', 'unsent', 'asking', 'executed'] : ['executed'],
    writes: 1,
    count: () => jira.site.table.size,
    marks: () =>
      marksOn((place) => [[...jira.site.extras.propertiesOf(place)].map(([key, value]) => ({ key, value }))]),
  },
  {
    action: 'create_worklog',
    rows: 15,
    cells: (at) => ({ issue: target(at), started: '2026-03-02', time: '1h', text: `killed ${at}` }),
    asks: /\/worklog\?/,
    deaths: DEATHS,
    writes: 5,
    count: () => sum((place) => jira.site.worklogs.countOf(place)),
    marks: () => marksOn((place) => jira.site.worklogs.of(place).map(({ properties }) => properties)),
  },
  {
    action: 'add_comment',
    rows: 15,
    cells: (at) => ({ issue: target(at), text: `killed ${at}` }),
    asks: /\/comment\?|\/comment\/list/,
    deaths: DEATHS,
    writes: 5,
    count: () => sum((place) => jira.site.comments.countOf(place)),
    marks: () => marksOn((place) => jira.site.comments.of(place).map(({ properties }) => properties)),
  },
  {
    action: 'create_issue_link',
    rows: 15,
    cells: (at) => ({ issue: target(at), type: 'Relates', other: `ENG-${Math.floor(at / 7) + 11}` }),
    asks: /\/issue\/bulkfetch/,
    deaths: DEATHS,
    writes: 5,
    count: () => sum((place) => jira.site.links.of(place).length) / 2,
  },
  {
    // With a field of its screen it is sent by a request of its own.
    action: 'transition',
    rows: 15,
    cells: (at) => ({ issue: `ENG-${at + 1}`, to: 'Resolved', resolution: 'Duplicate' }),
    asks: /\/issue\/bulkfetch/,
    deaths: DEATHS,
    writes: 5,
    count: () => executed('POST /rest/api/3/issue/{issueIdOrKey}/transitions'),
  },
];

function faultsOf({ asks, writes }: Kind, death: Death, run: number, kill: () => void): readonly Fault[] {
  const atWrite = { match: 'writes', after: run % writes, before: kill };
  if (death === 'executed') return [atWrite];
  if (death === 'unsent') return [{ ...atWrite, status: 503, unworked: true }];
  return [{ match: asks, before: kill }, atWrite];
}

/** @param death null: it lives */
function child(kind: Kind, rows: readonly InputRow[], death: Death | null, run: number): Promise<Ended> {
  const { url, email, apiToken } = jira;
  const input = { jira: { url, email, apiToken }, root, action: kind.action, rows };
  const file = fileURLToPath(new URL('./write-child.mjs', import.meta.url));
  const process_ = spawn(process.execPath, [file, JSON.stringify(input)]);
  jira.faults.clear();
  for (const fault of death === null ? [] : faultsOf(kind, death, run, () => void process_.kill('SIGKILL')))
    jira.faults.add(fault);
  const every = { match: 'writes', times: Number.POSITIVE_INFINITY, every: 3, destroyAfterWork: true };
  jira.faults.add(kind.writes === 1 ? every : { ...every, after: 2 });
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

/** What was written tells, then. */
const UNMARKED = KINDS.filter(({ asks }) => FULL && /worklog|comment/.test(asks.source)).map((kind): Kind => {
  const cells = (at: number) => ({ ...kind.cells(at), text: `unmarked ${at}` });
  return { ...kind, isUnmarked: true, cells };
});

test.each(
  [...KINDS, ...UNMARKED].map((kind) => [kind.isUnmarked ? `${kind.action} unmarked` : kind.action, kind] as const),
)(
  '%s: killed again and again while answers are lost, and every row is there once',
  async (_, kind) => {
    jira.writes.rules.properties = kind.isUnmarked ? 'ignored' : 'kept';
    const { action, cells, count, deaths: ways, marks } = kind;
    const wanted = FULL ? 200 : kind.rows;
    const rows = rowsOf(Array.from({ length: wanted }, (_, at) => cells(at)));
    const [before, lostBefore] = [count(), jira.requests.log.length];
    const marksBefore = new Set(marks?.());
    let deaths = 0;
    let last: Ended['result'] = null;
    for (let run = 0; run < MOST_RUNS; run++) {
      const death = deaths < KILLS ? (ways[run % ways.length] ?? null) : null;
      const ended = await child(kind, rows, death, run);
      // An index that is never believed to be later than a quarter of an hour.
      jira.edit.advance(death === 'unsent' || (last?.unknown ?? 0) > 0 ? 16 * MINUTE : MINUTE);
      if (ended.signal === 'SIGKILL') deaths++;
      else if (ended.result === null) throw new Error(ended.errors);
      else last = ended.result;
      if (ended.result !== null && last?.unknown === 0 && last.failed === 0) break;
    }
    expect(deaths).toBe(KILLS);
    expect(last).toMatchObject({ failed: 0, unknown: 0 });
    expect(count() - before).toBe(wanted);
    const lost = jira.requests.log.slice(lostBefore).filter(({ writes, status }) => writes && status === 0).length;
    expect(lost).toBeGreaterThan(0);
    const warehouse = await openForReading({ root });
    try {
      const sent = await warehouse.read(
        `SELECT action_id FROM demo._actions WHERE action = '${action}' AND NOT contains(input, 'unmarked')`,
      );
      const ids = (sent.getRowObjectsJson() as { action_id: string }[]).map(({ action_id }) => action_id);
      const made = marks?.().filter((id) => !marksBefore.has(id));
      if (made !== undefined) expect(made.sort()).toEqual(kind.isUnmarked ? [] : ids.sort());
      const reader = await warehouse.read(
        `SELECT count(*) AS n, count(DISTINCT result_id) AS things FROM demo._actions WHERE action = '${action}' AND state = 'done' AND contains(input, 'unmarked') = ${kind.isUnmarked === true}`,
      );
      // A transition makes nothing; the answer to a new link does not say its id.
      const [found] = reader.getRowObjectsJson() as { n: string; things: string }[];
      expect(found?.n).toBe(String(wanted));
      if (action.startsWith('create_issue_') || action === 'transition') return;
      expect(found?.things).toBe(String(wanted));
    } finally {
      warehouse.close();
    }
  },
  1_800_000,
);
