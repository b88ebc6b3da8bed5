/** One round after another: the site changes, runs go wrong, and then clean runs must bring every table to the site. */
import { Draw } from '../../simulator/random.js';
import { change } from './actions.js';
import { type Baseline, baselineOf, differences, troubles, wrongWith } from './check.js';
import { disturbedRun } from './disturb.js';
import { makeWorld, type World } from './world.js';

const HOUR = 3_600_000;
/** After so many rounds the site and its warehouse begin anew. */
export const ROUNDS_PER_WORLD = 6;
/** Debts and a census may need the run after the next. */
const CLEAN_RUNS = 4;
const SALT = 901;

export interface Difference {
  readonly seed: number;
  readonly round: number;
  readonly text: string;
}

export interface Soak {
  readonly seed: number;
  readonly tell: (line: string) => void;
}

/** Rounds `first` to `last` of one world, ended by the first difference. */
export async function soakWorld(
  { seed, tell }: Soak,
  first: number,
  last: number,
  stop = () => false,
): Promise<Difference[]> {
  const world = await makeWorld(seed, first);
  try {
    let baseline: Baseline | undefined;
    tell(describe(world));
    for (let round = first; round <= last && (round === first || !stop()); round += 1) {
      const history = [`${describe(world)}`];
      const note = (line: string) => {
        history.push(line);
        tell(`  ${line}`);
      };
      const wrong = await roundOf(world, seed, round, baseline, note);
      tell(`round ${round}: ${wrong.length === 0 ? 'equal' : 'DIFFERENT'}`);
      if (wrong.length > 0) {
        const told = [...history, ...wrong, `replay: npm run soak -- --seed ${seed} --round ${round}`];
        tell(`\n${told.join('\n')}\n`);
        return [{ seed, round, text: told.join('\n') }];
      }
      baseline ??= await baselineOf(world);
    }
    return [];
  } finally {
    await world.close();
  }
}

const describe = ({ deployment, base, jira }: World): string =>
  `${deployment} with ${jira.site.table.size} issues, settings ${JSON.stringify(base)}`;

/** What was wrong in the round. The first round of a world has only a clean run. */
async function roundOf(
  world: World,
  seed: number,
  round: number,
  baseline: Baseline | undefined,
  tell: (line: string) => void,
): Promise<string[]> {
  const draw = new Draw(seed, SALT, round);
  if (baseline === undefined) return cleanRuns(world, undefined, tell);
  const edits = Array.from({ length: draw.int(0, 20) }, () => change(world, draw));
  tell(`edits: ${edits.join(' ')}`);
  const wrong: string[] = [];
  for (let runs = draw.int(1, 3); runs > 0; runs -= 1) {
    const run = await disturbedRun(world, draw);
    tell(run.said);
    wrong.push(...run.wrong);
    world.jira.edit.advance(draw.int(1, 40) * (HOUR / 2));
    if (draw.chance(0.5)) tell(`edits: ${Array.from({ length: draw.int(1, 6) }, () => change(world, draw)).join(' ')}`);
  }
  return [...wrong, ...(await cleanRuns(world, baseline, tell))];
}

async function cleanRuns(
  world: World,
  baseline: Baseline | undefined,
  tell: (line: string) => void,
): Promise<string[]> {
  let found: string[] = [];
  let flags: readonly string[] = [];
  for (let run = 1; run <= CLEAN_RUNS; run += 1) {
    world.jira.edit.advance(26 * HOUR);
    const { exitCode, stdout, stderr } = await world.sync(flags);
    tell(`clean run ${[run, ...flags].join(' ')}: exit ${exitCode}`);
    const wrong = wrongWith(stdout, stderr);
    if (wrong.length > 0) return wrong;
    const failed = exitCode === 0 ? [] : [`exit ${exitCode}: ${troubles(stdout).join('; ')}`];
    const now = [...failed, ...(await differences(world, baseline ?? (await baselineOf(world))))];
    // What two clean runs leave as it is will not be mended by a third.
    if (now.length === 0 || now.join() === found.join()) return now;
    found = now;
    // Much was deleted on the site, as the site itself says in a clean run.
    flags = stderr.includes('--accept-deletes') ? ['--accept-deletes'] : [];
  }
  return found;
}
