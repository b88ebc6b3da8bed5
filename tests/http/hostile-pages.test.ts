/** Small on the wire and huge in memory: refused before anything is built, and one odd number does not make a page slow or inexact. */
import fc from 'fast-check';
import { parse as parseLossless } from 'lossless-json';
import { describe, expect, onTestFinished, test } from 'vitest';
import { exactNumber, LIMITS, parseExact } from '../../src/core/exact-json.js';
import { noAuth } from '../../src/http/authorizer.js';
import { createClient } from '../../src/http/client.js';
import { TooLargeError } from '../../src/http/errors.js';
import { parseJson, TooMuchError } from '../../src/http/parse.js';
import { createThrottle } from '../../src/http/throttle/throttle.js';
import { startFaultServer } from '../helpers/fault-server.js';
import { LIMITS as SITE } from '../helpers/http-client.js';

const list = (piece: string, times: number) => `[${`${piece},`.repeat(times)}${piece}]`;

describe('what an answer may hold', () => {
  test.each([
    ['empty lists', list('[]', LIMITS.containers), 'more than 1000000 objects and lists'],
    ['empty objects', list('{}', LIMITS.containers), 'more than 1000000 objects and lists'],
    ['keys', `{${'"k":1,'.repeat(LIMITS.members)}"k":1}`, 'more than 2000000 members'],
    ['numbers', list('1', LIMITS.values), 'more than 4000000 values'],
    ['texts', list('""', LIMITS.values), 'more than 4000000 values'],
    ['numbers beyond a double', list('9999999999999999', LIMITS.exactNumbers), 'more than 500000 numbers of 16 digits'],
    ['extreme exponents', list('1e999', LIMITS.exactNumbers), 'more than 500000 numbers'],
    ['a number without end', `{"a":${'7'.repeat(5_000_000)}}`, 'a number of 5000000 digits (at most 1000)'],
    [
      'deep lists',
      `${'['.repeat(200)}${'[],'.repeat(100_000)}[]${']'.repeat(200)}`,
      'more than 100000 values below 200 levels',
    ],
  ])('is bounded by count: %s', (_, text, words) => {
    expect(() => parseJson(text)).toThrow(TooMuchError);
    expect(() => parseJson(text)).toThrow(`it holds ${words}`);
  });

  test('brackets, commas and digits within texts do not count', () => {
    const text = JSON.stringify({ a: `${'[{,:'.repeat(2_000_000)}\\"${'9'.repeat(2000)}` });
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  test('a page that holds too much is asked for in smaller pages, not again', async () => {
    const server = await startFaultServer();
    const client = createClient({ ...SITE, baseUrl: server.url, auth: noAuth(), throttle: createThrottle(100) });
    onTestFinished(async () => {
      await client.close();
      await server.close();
    });
    server.script('/page', { headers: { 'content-type': 'application/json' }, body: list('[]', LIMITS.containers) });
    const refused = await client
      .request({ method: 'GET', path: '/page', repeatable: true, onBehalfOf: 'page' })
      .catch((error) => error);
    expect(refused).toBeInstanceOf(TooLargeError);
    expect(refused.message).toContain('it holds more than 1000000 objects and lists. Smaller pages are needed');
    expect(server.seen).toHaveLength(1);
  });
});

describe('numbers that a double cannot hold', () => {
  test('are exact wherever they stand, and everything beside them is as JSON.parse has it', () => {
    const text =
      '{"a":[1,{"id":12345678901234567890,"b":"12345678901234567890"}],"c":-9007199254740993 ,"__proto__":98765432109876543210}';
    const value = parseJson(text) as Record<string, unknown>;
    expect(value.a).toEqual([1, { id: 12345678901234567890n, b: '12345678901234567890' }]);
    expect(value.c).toBe(-9007199254740993n);
    expect(Object.getOwnPropertyDescriptor(value, '__proto__')?.value).toBe(98765432109876543210n);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  test.each([
    ['1e400', '1e400'],
    ['1e-400', '1e-400'],
    ['-1e-400', '-1e-400'],
    [`0.${'0'.repeat(400)}1`, `0.${'0'.repeat(400)}1`],
    ['0e-999', 0],
    ['0.0000000000000000000', 0],
    ['1e-300', 1e-300],
    ['1.0000000000000000000001', 1],
  ])('%s is kept as %s: a number that becomes 0 or Infinity is its text', (source, expected) => {
    expect(parseJson(`[${source}]`)).toEqual([expected]);
  });

  test.each([
    '[01234567890123456789]',
    '{12345678901234567890:1}',
    '{12345678901234567890 : 1}',
    '[12345678901234567890 12345678901234567890]',
    '[true12345678901234567890]',
    '["a"12345678901234567890]',
    '[12345678901234567890"a"]',
    '[12345678901234567890.]',
    '[-]',
    '[1234567890123456e]',
    '[--12345678901234567890]',
    '[12345678901234567890.1.1]',
    '12345678901234567890,',
  ])('%s is no JSON, and does not become any', (text) => {
    expect(() => parseJson(text)).toThrow('is not whole JSON');
  });

  test('any document with any numbers is read as an exact parser reads it', () => {
    const number = fc.oneof(
      fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
      fc.tuple(fc.integer(), fc.integer({ min: -500, max: 500 })).map(([base, exponent]) => `${base}e${exponent}`),
    );
    const { document } = fc.letrec((tie) => ({
      document: fc.oneof(
        { maxDepth: 4 },
        number,
        fc.string().map((text) => JSON.stringify(text)),
        tie('list'),
        tie('object'),
      ),
      list: fc.array(tie('document'), { maxLength: 4 }).map((all) => `[ ${all.join(' , ')}]`),
      object: fc
        .array(fc.tuple(fc.constantFrom('a', 'b', '__proto__', '1', ''), tie('document')), { maxLength: 4 })
        .map((all) => `{${all.map(([key, value]) => `"${key}" :${value}`).join(',')}\n}`),
    }));
    fc.assert(
      fc.property(document as fc.Arbitrary<string>, (text) => {
        const exact = parseLossless(text, null, {
          parseNumber: exactNumber,
          onDuplicateKey: ({ newValue }) => newValue,
        });
        expect(parseExact(text)).toEqual(exact);
      }),
      { numRuns: 500 },
    );
  });
});
