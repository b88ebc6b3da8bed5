/** The soak from the command line: `npm run soak -- --minutes 10 --seed 1`, or `--round N` to see one round again. */
import { parseArgs } from 'node:util';
import { type Difference, ROUNDS_PER_WORLD, soakWorld } from './driver.js';

const OPTIONS = {
  minutes: { type: 'string', default: '2' },
  seed: { type: 'string', default: '1' },
  /** Ends after this one; its world is played from its beginning. */
  round: { type: 'string' },
  /** In place of minutes. */
  rounds: { type: 'string' },
} as const;

/** @returns the exit code */
export async function main(argv: readonly string[], tell: (line: string) => void = console.log): Promise<number> {
  const { values } = parseArgs({ args: [...argv], options: OPTIONS });
  let drawn = 0;
  // Waits between tries are drawn by it, and the soak has no patience; names are made of it, so no two are the same.
  Math.random = () => {
    drawn += 1;
    return 0.001 + (drawn % 1_000_000) * 1e-9;
  };
  const seed = Number(values.seed);
  const soak = { seed, tell };
  if (values.round !== undefined) {
    const round = Number(values.round);
    return verdict(await soakWorld(soak, round - (round % ROUNDS_PER_WORLD), round), tell);
  }
  const until = Date.now() + Number(values.minutes) * 60_000;
  const rounds = values.rounds === undefined ? Number.POSITIVE_INFINITY : Number(values.rounds);
  const over = (round: number) => (values.rounds === undefined ? Date.now() >= until : round >= rounds);
  const found: Difference[] = [];
  for (let first = 0; !over(first); first += ROUNDS_PER_WORLD) {
    const last = Math.min(first + ROUNDS_PER_WORLD, rounds) - 1;
    found.push(...(await soakWorld(soak, first, last, () => over(0))));
  }
  return verdict(found, tell);
}

function verdict(found: readonly Difference[], tell: (line: string) => void): number {
  for (const { seed, round, text } of found) tell(`\n== a difference: seed ${seed}, round ${round}\n${text}`);
  tell(`\n${found.length} differences`);
  return found.length === 0 ? 0 : 1;
}
