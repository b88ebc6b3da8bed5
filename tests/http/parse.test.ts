import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_DEPTH, MalformedError, parseJson, TOO_DEEP } from '../../src/http/parse.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const parse = (text: string) => parseJson(bytes(text));

/** Integers that JSON.stringify writes with all their digits, though a double may not hold them. */
const isLongInteger = (part: unknown) =>
  typeof part === 'number' && Number.isInteger(part) && !Number.isSafeInteger(part) && Math.abs(part) < 1e21;

describe('parseJson', () => {
  test('an integer beyond 2^53 keeps its last digit', () => {
    expect(parse('{"n":9007199254740993,"m":-9007199254740993,"k":9007199254740991}')).toEqual({
      n: 9007199254740993n,
      m: -9007199254740993n,
      k: 9007199254740991,
    });
    expect(parse('9007199254740993')).toBe(9007199254740993n);
  });

  test('a number beyond the range of a double is its text, not Infinity', () => {
    expect(parse('[1e400, -1e999,1.5e300]')).toEqual(['1e400', '-1e999', 1.5e300]);
  });

  test('numbers within texts are left alone', () => {
    expect(parse('{"a":"id: 12345678901234567890, 1e999","b":1}')).toEqual({
      a: 'id: 12345678901234567890, 1e999',
      b: 1,
    });
  });

  test.each([
    '{"__proto__":{"bad":1},"a":1}',
    '{"__proto__":{"bad":1},"a":12345678901234567890}',
  ])('a key __proto__ is data and changes no prototype: %s', (text) => {
    const value = parse(text) as object;
    expect(Object.hasOwn(value, '__proto__')).toBe(true);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as { bad?: number }).bad).toBeUndefined();
  });

  test('invalid UTF-8 is refused instead of becoming U+FFFD', () => {
    const broken = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
    expect(() => parseJson(broken)).toThrow('not valid UTF-8');
  });

  const nested = (depth: number, core = '') => '['.repeat(depth) + core + ']'.repeat(depth);

  test('R-47: what is nested too deeply is kept as text, exactly, and everything around it is read', () => {
    const deep = (depth: number) =>
      `{"a":[1,${nested(depth, '12345678901234567890,"]\\"["')},{"b":2}],"c":${nested(depth)},"d":3}`;
    for (const depth of [250, 10_000, 200_000]) {
      const value = parse(deep(depth)) as { a: unknown[]; c: unknown; d: number };
      expect([value.a[0], value.a[2], value.d]).toEqual([1, { b: 2 }, 3]);
      let inside: unknown = value.a[1];
      for (let level = 0; level < MAX_DEPTH - 2; level++) inside = (inside as unknown[])[0];
      expect(inside).toEqual({ [TOO_DEEP]: nested(depth - MAX_DEPTH + 2, '12345678901234567890,"]\\"["') });
    }
  });

  test('nothing is cut that is as deep as allowed; brackets in texts do not count', () => {
    expect(JSON.stringify(parse(nested(MAX_DEPTH)))).toBe(nested(MAX_DEPTH));
    expect(parse(JSON.stringify({ text: `\\"${'['.repeat(500)}"\\` }))).toEqual({ text: `\\"${'['.repeat(500)}"\\` });
  });

  test('R-08: a nest that is cut off is no JSON, however deep, and takes no parser down with it', () => {
    for (const text of ['['.repeat(200_000), `[12345678901234567890,${'['.repeat(200_000)}`, `${nested(300)}]`])
      expect(() => parse(text)).toThrow(MalformedError);
  });

  test('I9: the complaint about a cut body quotes nothing of it', () => {
    expect(() => parse('{"name":"Ada Lovelace","x')).toThrow(/^the body \(length 25\) is not whole JSON$/);
  });

  test('whatever JSON.stringify writes comes back the same, also on the exact path', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value);
        const expected = JSON.parse(text, (_, part) => (isLongInteger(part) ? BigInt(String(part)) : part));
        expect(parse(text)).toEqual(expected);
        expect(parse(`[${text},12345678901234567890]`)).toEqual([expected, 12345678901234567890n]);
      }),
    );
  });

  test('R-08: a page cut at any byte never parses', () => {
    const page = Buffer.from(JSON.stringify({ values: [{ id: '1', name: 'ä😀' }], total: 1 }));
    for (let cut = 0; cut < page.length; cut++) expect(() => parseJson(page.subarray(0, cut))).toThrow(MalformedError);
  });
});
