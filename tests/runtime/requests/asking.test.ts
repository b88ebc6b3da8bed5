/** Records by their ids, a look at one, and the small rules of a request: what each sends, and what it makes of an answer. */
import { describe, expect, test } from 'vitest';
import { chunks } from '../../../src/core/chunks.js';
import { ConnectorError } from '../../../src/core/errors.js';
import { TooLargeError } from '../../../src/http/errors.js';
import { ProxyError } from '../../../src/http/proxy-error.js';
import { askByIds, readByIds } from '../../../src/runtime/requests/ask-by-ids.js';
import { isThere } from '../../../src/runtime/requests/is-there.js';
import type { PagedRequest } from '../../../src/runtime/requests/read-pages.js';
import { keyOf, textAt } from '../../../src/runtime/requests/record-key.js';
import { routeOf } from '../../../src/runtime/requests/routes.js';
import { sinceValues } from '../../../src/runtime/requests/since.js';
import { isTroubleOfOne, statusOf, tooManyInTrouble } from '../../../src/runtime/requests/trouble.js';
import type { Stream } from '../../../src/runtime/streams/registry.js';
import type { Route } from '../../../src/runtime/streams/stream-file.js';
import { ASKED, fakeClient, status } from '../../helpers/fake-client.js';
import { SMALL } from '../../helpers/small-plan.js';

const issues = SMALL.get('issues');
const bulk = (numbers?: true) => {
  const batch = { of: 'id', put: 'body.ids', max: 2, ...(numbers ? { numbers } : {}) };
  const refused = { rows: 'errors[]', id: 'id', why: 'why' };
  return {
    request: 'POST /bulk',
    body: { jql: 'id in ({batch})' },
    page: { kind: 'none' },
    rows: 'values[]',
    batch,
    refused,
  } as unknown as PagedRequest;
};

describe('records by their ids', () => {
  test('go into the body as the route wants them, and into a query as a list', async () => {
    const { client, asked } = fakeClient(() => ({ values: [] }));
    await readByIds({ client, values: {} }, 'issues', bulk(), ['7', '8']);
    await readByIds({ client, values: {} }, 'issues', bulk(true), ['7', '8']);
    expect(asked.map(({ body }) => body)).toEqual([
      { jql: 'id in (7, 8)', ids: ['7', '8'] },
      { jql: 'id in (7, 8)', ids: [7, 8] },
    ]);
  });

  test('come with what the answer refuses', async () => {
    const { client } = fakeClient(() => ({ values: [{ id: '7' }], errors: [{ id: 8, why: 'no such issue' }] }));
    const { records, refused, lack } = await askByIds({ client, values: {} }, 'issues', bulk(), ['7', '8']);
    expect(records.map(({ record }) => record)).toEqual([{ id: '7' }]);
    expect([refused, lack]).toEqual([[{ id: '8', why: 'no such issue' }], null]);
  });

  test('whose answer together is too large are asked for in halves, and one that is so alone is told', async () => {
    const ids = (sent: { body?: unknown }) => (sent.body as { ids: string[] }).ids;
    const { client, asked } = fakeClient((sent) =>
      ids(sent).length > 2
        ? new TooLargeError(ASKED, 'more than 64 MB')
        : { values: ids(sent).map((id) => ({ id })), errors: [{ id: ids(sent)[0], why: 'no' }] },
    );
    const { records, refused } = await askByIds({ client, values: {} }, 'issues', bulk(), ['1', '2', '3', '4', '5']);
    expect(records.map(({ record }) => record)).toEqual(['1', '2', '3', '4', '5'].map((id) => ({ id })));
    expect(asked.map(ids)).toEqual([['1', '2', '3', '4', '5'], ['1', '2', '3'], ['1', '2'], ['3'], ['4', '5']]);
    expect(refused.map(({ id }) => id)).toEqual(['1', '3', '4']);
    const wide = fakeClient(() => new TooLargeError(ASKED, 'more than 64 MB'));
    await expect(readByIds({ client: wide.client, values: {} }, 'issues', bulk(), ['7', '8'])).rejects.toThrow(
      /more than 64 MB/,
    );
    expect(wide.asked.map(ids)).toEqual([['7', '8'], ['7']]);
  });

  test.each(['7) OR (1=1', '', '7a', '٧'])('an id %j is never put into a query', async (id) => {
    const { client, asked } = fakeClient(() => ({ values: [] }));
    await expect(readByIds({ client, values: {} }, 'issues', bulk(), ['7', id])).rejects.toThrow(
      /id that is no number/,
    );
    expect(asked).toEqual([]);
  });
});

describe('a look at one record', () => {
  const look = (answer: unknown, stream: Stream = issues) => {
    const { client, asked } = fakeClient(() => answer);
    return { asked, there: isThere({ client }, 'issues', stream, { id: '7' }) };
  };

  test('proves that it is there, also when the account may not see it, and that it is gone', async () => {
    const seen = look({ id: '7' });
    expect(await seen.there).toBe(true);
    expect(seen.asked[0]?.path).toBe('/issue/7');
    expect(await look(status(403)).there).toBe(true);
    expect(await look(status(404)).there).toBe(false);
  });

  test('proves nothing on a fault, nor where the stream file does not say how', async () => {
    await expect(look(status(500)).there).rejects.toThrow(/500/);
    const blind = look({}, SMALL.get('boards'));
    expect([await blind.there, blind.asked]).toEqual([null, []]);
  });
});

describe('what a record is called', () => {
  const stream = { primary_key: ['id'], columns: { id: { from: ['key', 'id'] }, name: {} } } as unknown as Stream;
  const route = (from?: object) => ({ ...(from ? { from } : {}) }) as Route;
  test('is the first path that has something, the route before the column', () => {
    expect(textAt(stream, route(), 'id', { key: null, id: 0 })).toBe('0');
    expect(textAt(stream, route({ id: 'fields.id' }), 'id', { id: 1, fields: { id: 2 } })).toBe('2');
    expect(textAt(stream, route(), 'name', { name: 'n' })).toBe('n');
    expect(textAt(stream, route(), 'absent', {})).toBe('');
  });

  test('keys of several columns cannot be taken for each other', () => {
    const two = { ...stream, primary_key: ['a', 'b'] };
    expect(keyOf(stream, route(), { id: 5 })).toBe('5');
    expect(keyOf(two, route(), { a: '1,2', b: '3' })).not.toBe(keyOf(two, route(), { a: '1', b: '2,3' }));
  });
});

test('a route of a census is found by name, and one without a request is a mistake of the file', () => {
  expect(routeOf(issues, 'keys').name).toBe('keys');
  expect(() => routeOf(issues, 'none')).toThrow(/issues\.yaml: census names the route `none`, which has no request/);
});

test('chunks lose nothing and are never larger than asked', () => {
  expect([...chunks(['a', 'b', 'c', 'd', 'e'], 2)]).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  expect([...chunks([], 2)]).toEqual([]);
});

test('the beginning of all is a moment that no site reads as seconds or as a duration', () => {
  expect(sinceValues(0)).toEqual({ since_ms: '100000000000', since_iso: '1973-03-03T09:46:40.000Z' });
  expect(sinceValues(1_700_000_000_123).since_iso).toBe('2023-11-14T22:13:20.123Z');
});

describe('trouble', () => {
  test.each<[unknown, boolean]>([
    [status(403), true],
    [status(500), true],
    [status(401), false],
    [status(429), false],
    [new ConnectorError('failed', 'an answer without rows'), true],
    [new ConnectorError('credentials', 'who?'), false],
    [new ProxyError(ASKED, 'http://proxy:3128', { status: 503 }), false],
    [new ConnectorError('interrupted', 'stop'), false],
    [new TypeError('bug'), false],
  ])('%s is one parent’s alone: %s', (error, one) => expect(isTroubleOfOne(error)).toBe(one));

  test('has a status where the site gave one, and is told with counts when it is everybody’s', () => {
    expect([statusOf(status(404)), statusOf(new Error('x'))]).toEqual([404, null]);
    expect(tooManyInTrouble('comments', 3, 9, 'said no.').message).toMatch(
      /^comments: 3 of the 9 parents .* the last one said no\. So/,
    );
  });
});
