/** What a refused request means: by the table of the stream file alone, and a bad request never passes for an empty answer. */
import { describe, expect, test } from 'vitest';
import type { HttpClient } from '../../../src/http/client.js';
import type { RunContext } from '../../../src/runtime/read/context.js';
import { outcomeOf } from '../../../src/runtime/requests/outcomes.js';
import { matches } from '../../../src/runtime/rows/matches.js';
import type { Route } from '../../../src/runtime/streams/stream-file.js';
import { status as refused } from '../../helpers/fake-client.js';

const conditional = {
  outcome: 'unsupported',
  where: { type: ['simple', null] },
  verify: 'GET /rest/agile/1.0/board/{board_id}',
} as const;
const route = { name: 'all', unless: { 404: 'gone', 403: 'forbidden', 400: conditional } } as unknown as Route;

/** A site that answers the verifying request, or refuses it with a status. */
function site(answer: number | Error) {
  const paths: string[] = [];
  const request = async ({ path }: { path: string }) => {
    paths.push(path);
    if (answer instanceof Error) throw answer;
    if (answer >= 400) throw refused(answer);
    return { json: {}, status: answer };
  };
  return { paths, ctx: { client: { request } as unknown as HttpClient } as unknown as RunContext };
}
const outcome = (error: unknown, parent: Record<string, unknown> | null, answer: number | Error = 200) =>
  outcomeOf(site(answer).ctx, 'sprints', route, error, { board_id: '3' }, parent);

describe('a refusal', () => {
  test.each([
    ['that the file names', refused(404), 'gone'],
    ['that the file names otherwise', refused(403), 'forbidden'],
    ['that the file does not name', refused(410), null],
    ['for want of a scope, named or not', refused(401, 'Unauthorized; scope does not match'), 'forbidden'],
    ['that is no answer at all', new Error('reset'), null],
  ])('%s: %#', async (_, error, expected) => expect(await outcome(error, null)).toBe(expected));

  test.each([
    ['of a parent that the file means and that can be read', { type: 'simple' }, 200, 'unsupported'],
    ['of a parent without the column', {}, 200, 'unsupported'],
    ['of another parent', { type: 'scrum' }, 200, null],
    ['of a parent that cannot be read either', { type: 'simple' }, 404, null],
    ['without a parent', null, 200, null],
  ])('with a condition is believed %s, or not: %#', async (_, parent, answer, expected) =>
    expect(await outcome(refused(400), parent, answer)).toBe(expected));

  test('is verified by the parent itself, once', async () => {
    const { ctx, paths } = site(200);
    await outcomeOf(ctx, 'sprints', route, refused(400), { board_id: '3' }, { type: 'simple' });
    expect(paths).toEqual(['/rest/agile/1.0/board/3']);
  });

  test('is no proof while the network fails', async () => {
    await expect(outcome(refused(400), { type: 'simple' }, new Error('reset'))).rejects.toThrow('reset');
  });
});

test.each([
  [{}, {}, true],
  [{ a: 1 }, { a: ['1'] }, false],
  [{ a: 'x', b: false }, { a: ['x', 'y'], b: [false] }, true],
  [{ a: 'x', b: true }, { a: ['x'], b: [false, null] }, false],
  [{}, { b: [false, null] }, true],
])('%j meets %j: %s', (row, where, expected) => expect(matches(row, where)).toBe(expected));
