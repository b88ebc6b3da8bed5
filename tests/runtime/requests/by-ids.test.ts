/** Records asked for by name, and single looks at one: what is put into a request, and what an answer proves. */
import { describe, expect, test } from 'vitest';
import type { HttpClient, HttpRequest } from '../../../src/http/client.js';
import { ProxyError } from '../../../src/http/proxy-error.js';
import { askByIds, readByIds } from '../../../src/runtime/requests/ask-by-ids.js';
import { isThere } from '../../../src/runtime/requests/is-there.js';
import type { PagedRequest } from '../../../src/runtime/requests/read-pages.js';
import { keyOf, textAt } from '../../../src/runtime/requests/record-key.js';
import { chunks, routeOf } from '../../../src/runtime/requests/routes.js';
import { sinceValues } from '../../../src/runtime/requests/since.js';
import { isTroubleOfOne, statusOf, tooManyInTrouble } from '../../../src/runtime/requests/trouble.js';
import type { Stream } from '../../../src/runtime/streams/registry.js';
import type { Route } from '../../../src/runtime/streams/stream-file.js';
import { refusedWith } from '../../helpers/refused-with.js';

/** Answers each request by its path; what was asked is written down. */
function site(answer: (request: HttpRequest) => unknown) {
  const asked: HttpRequest[] = [];
  const request = async (one: HttpRequest) => {
    asked.push(one);
    const json = answer(one);
    if (json instanceof Error) throw json;
    return { json, bytes: 0 };
  };
  return { asked, ctx: { client: { request } as unknown as HttpClient, values: { scope: 'project = 1' } } };
}

const bulk: PagedRequest & { batch: NonNullable<Route['batch']> } = {
  request: 'POST /bulk',
  body: { jql: 'id in ({batch}) AND {scope}' },
  page: { kind: 'none' },
  rows: 'issues[]',
  refused: { rows: 'errors[]', id: 'id', why: 'why' },
  batch: { of: 'id', put: 'body.ids', max: 100, numbers: true },
} as never;

describe('records by their ids', () => {
  test('ids go into the body as the route wants them, and into JQL as digits', async () => {
    const { asked, ctx } = site(() => ({ issues: [{ id: '1' }], errors: [{ id: '2', why: 'gone' }] }));
    const { records, refused, lack } = await askByIds(ctx, 'issues', bulk, ['1', '2']);
    expect(asked.map(({ body }) => body)).toEqual([{ jql: 'id in (1, 2) AND project = 1', ids: [1, 2] }]);
    expect([records.map(({ record }) => record), refused, lack]).toEqual([
      [{ id: '1' }],
      [{ id: '2', why: 'gone' }],
      null,
    ]);
  });

  test('an id that is no number is never put into JQL: nothing is asked', async () => {
    const { asked, ctx } = site(() => ({ issues: [] }));
    await expect(readByIds(ctx, 'issues', bulk, ['1', '2) OR (project is not EMPTY'])).rejects.toThrow(/no number/);
    expect(asked).toEqual([]);
  });
});

describe('a look at one record', () => {
  const looked = { look: { request: 'GET /issue/{id}' } } as unknown as Stream;
  const look = (answer: unknown, stream = looked) => isThere(site(() => answer).ctx, 'issues', stream, { id: '7' });

  test('finds it, finds it gone, and does not take a refusal for gone', async () => {
    expect(await look({})).toBe(true);
    expect(await look(refusedWith(404))).toBe(false);
    expect(await look(refusedWith(403))).toBe(true);
  });

  test('proves nothing where the stream file does not say how, and nothing when the site is in trouble', async () => {
    expect(await look({}, {} as Stream)).toBeNull();
    await expect(look(refusedWith(500))).rejects.toThrow(/500/);
  });
});

describe('the trouble of one parent', () => {
  test.each([400, 403, 404, 500])('%i may be its own', (status) => {
    expect([isTroubleOfOne(refusedWith(status)), statusOf(refusedWith(status))]).toEqual([true, status]);
  });

  test.each([401, 429])('%i is everybody’s', (status) => expect(isTroubleOfOne(refusedWith(status))).toBe(false));

  test('a proxy that fails is everybody’s', () => {
    const asked = { method: 'GET', host: 'site', path: '/x', onBehalfOf: 'issues' } as never;
    expect(isTroubleOfOne(new ProxyError(asked, 'http://proxy:3128', { status: 503 } as never))).toBe(false);
  });

  test('a mistake of ours is not excused by it', () => {
    expect([isTroubleOfOne(new TypeError('x')), statusOf(new TypeError('x'))]).toEqual([false, null]);
  });

  test('of many is told with both numbers', () =>
    expect(tooManyInTrouble('comments', 120, 200, 'issue 7: 500.').message).toMatch(
      /120 of the 200 .* issue 7: 500\. So many/,
    ));
});

test('a key is read from where the route, else the column, says that it stands', () => {
  const stream = { primary_key: ['id'], columns: { id: { from: ['old', 'new'] } } } as unknown as Stream;
  const route = {} as Route;
  expect(keyOf(stream, route, { new: 5 })).toBe('5');
  expect(keyOf(stream, { from: { id: 'inner.id' } } as unknown as Route, { inner: { id: 'x' } })).toBe('x');
  expect(textAt(stream, route, 'name', { name: null })).toBe('');
  const two = { ...stream, primary_key: ['a', 'b'] } as Stream;
  expect(keyOf(two, route, { a: 'x,y', b: 'z' })).not.toBe(keyOf(two, route, { a: 'x', b: 'y,z' }));
});

test('a census that names a route without a request is a mistake of the stream file', () => {
  const stream = { file: 'streams/x.yaml', routes: [{ name: 'inline' }, { name: 'all', request: 'GET /x' }] } as never;
  expect(routeOf(stream, 'all')).toMatchObject({ name: 'all' });
  expect(() => routeOf(stream, 'inline')).toThrow(/streams\/x\.yaml: .*`inline`/);
});

test('no item is lost between two chunks, and none comes twice', () => {
  expect([...chunks([1, 2, 3, 4, 5], 2)]).toEqual([[1, 2], [3, 4], [5]]);
  expect([...chunks([], 2)]).toEqual([]);
});

test('a moment before 1973 is not handed on: JQL may read a small number as something else', () => {
  expect(sinceValues(0)).toEqual({ since_ms: '100000000000', since_iso: '1973-03-03T09:46:40.000Z' });
  expect(sinceValues(1_700_000_000_000).since_ms).toBe('1700000000000');
});
