/** A short soak, the same each time; `npm run soak -- --minutes 30 --seed S` is the long one. */
import { expect, test } from 'vitest';
import { main } from './main.js';

/** Two worlds: about a minute. */
const ROUNDS = 8;

test('after whatever happened to the site and to runs of it, clean runs bring every table to the site', async () => {
  const said: string[] = [];
  const exitCode = await main(['--seed', '1', '--rounds', String(ROUNDS)], (line) => said.push(line));
  expect(exitCode, said.join('\n')).toBe(0);
}, 900_000);
