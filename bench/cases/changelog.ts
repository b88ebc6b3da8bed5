/** Histories of a million issues: what a commit of a scheduled run and `maintain` cost in the table with the most rows. */
import { command } from '../command.js';
import type { Figure } from '../table.js';
import { withWarehouse } from '../warehouse.js';
import { writeInChild } from '../write-child.js';

const ISSUES = 1_000_000;
const FILES = 4;
const CHANGED = 1000;
const TIMES = 5;
/** Runs before `maintain`, each of which leaves a small data file. */
const RUNS = 20;
const MOST = { seconds: 1, maintainMb: 600 };

export async function changelogOfMillion(issues = ISSUES): Promise<readonly Figure[]> {
  return withWarehouse(async ({ root, megabytes, value }) => {
    const { written: rows } = await writeInChild({ does: 'make histories', root, issues, files: FILES });
    const table = `${rows.toLocaleString('en')} rows, ${FILES} files, ${await megabytes()} MB`;
    const changed = (run: number) =>
      Array.from({ length: CHANGED }, (_, at) => (at * 7919 + run * 104_729) % issues).toSorted((a, b) => a - b);
    const commit = await writeInChild({ does: 'look again', root, issues: changed(0), times: TIMES });
    for (let run = 1; run <= RUNS; run += 1)
      await writeInChild({ does: 'look again', root, issues: changed(run), times: 1 });
    const maintain = await command(['maintain', '--warehouse', root]);
    const expected = rows + CHANGED * (TIMES + RUNS);
    const found = Number(await value('SELECT count(*) FROM bench.issue_changelog'));
    const problem = found === expected ? undefined : `${found} rows in place of ${expected}`;
    return [
      {
        name: `${CHANGED.toLocaleString('en')} issues with one history more, commit`,
        value: `${commit.seconds.toFixed(2)} s`,
        limit: `${MOST.seconds} s`,
        floor: `best of ${TIMES}; ${table}; peak memory ${commit.peakMb.toFixed(0)} MB`,
        ok: commit.seconds <= MOST.seconds,
        problem: commit.written === CHANGED * TIMES ? undefined : `${commit.written} rows were written`,
      },
      {
        name: `maintain after ${RUNS} runs, peak memory`,
        value: `${maintain.peakMb.toFixed(0)} MB`,
        limit: `${MOST.maintainMb} MB`,
        floor: `resident, of the command; ${maintain.cpuSeconds.toFixed(0)} s of CPU, ${await megabytes()} MB in all afterwards`,
        ok: maintain.peakMb <= MOST.maintainMb,
        problem: maintain.status === 0 ? problem : `exit ${maintain.status}`,
      },
    ];
  });
}
