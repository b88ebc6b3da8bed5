import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BoundSide, decodeBound, encodeBound, encodeValue } from '../../../src/writers/iceberg/bounds.js';

function hex(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString('hex');
}

function text(value: string, side: BoundSide): string | null {
  const bytes = encodeBound('string', value, side);
  return bytes === null ? null : Buffer.from(bytes).toString('utf8');
}

describe('encodeBound', () => {
  it.each([
    ['boolean', '1', '01'],
    ['boolean', '0', '00'],
    ['int', '-2', 'feffffff'],
    ['long', '9223372036854775807', 'ffffffffffffff7f'],
    ['long', '9007199254740993', '0100000000002000'],
    ['double', '1.5', '000000000000f83f'],
    ['date', '1970-01-02', '01000000'],
    ['date', '1969-12-31', 'ffffffff'],
    ['timestamptz', '1970-01-01 00:00:01.5+00', '60e3160000000000'],
    ['timestamptz', '1970-01-01T00:00:00.000001Z', '0100000000000000'],
    ['timestamptz', '1969-12-31 23:59:59.999999+00', 'ffffffffffffffff'],
  ] as const)('writes %s %s in the bytes of the specification', (type, value, expected) => {
    expect(hex(encodeBound(type, value, 'lower'))).toBe(expected);
  });

  it('takes year 1 for year 1 and not for 1901', () => {
    expect(decodeBound('date', encodeBound('date', '0001-01-01', 'lower') ?? new Uint8Array())).toBe(-719162);
  });

  it('lets either zero pass as a bound of the other', () => {
    expect(hex(encodeBound('double', '0.0', 'lower'))).toBe('0000000000000080');
    expect(hex(encodeBound('double', '-0.0', 'upper'))).toBe('0000000000000000');
  });

  it.each([
    ['double', 'nan'],
    ['timestamptz', 'infinity'],
    ['date', '0044-03-15 (BC)'],
  ] as const)('gives no bound for %s %s instead of one that hides rows', (type, value) => {
    expect(encodeBound(type, value, 'upper')).toBeNull();
  });

  it('writes infinite doubles as such', () => {
    expect(decodeBound('double', encodeBound('double', '-inf', 'lower') ?? new Uint8Array())).toBe(-Infinity);
  });

  it.each([
    ['date', '2025-1-1'],
    ['timestamptz', '2025-01-01 00:00:00+02'],
    ['boolean', 'yes'],
  ] as const)('refuses %s %s rather than guessing a bound', (type, value) => {
    expect(() => encodeBound(type, value, 'lower')).toThrow(`no ${type} for a column's bounds`);
  });

  it('cuts strings at 16 code points, not inside an emoji', () => {
    expect(text('🎉'.repeat(20), 'lower')).toBe('🎉'.repeat(16));
    expect(text('abcdefghijklmnop', 'upper')).toBe('abcdefghijklmnop');
    expect(text('abcdefghijklmnopq', 'upper')).toBe('abcdefghijklmnoq');
  });

  it('rounds an upper bound up past surrogates and past the last code point', () => {
    expect(text(`${'a'.repeat(15)}\ud7ffx`, 'upper')).toBe(`${'a'.repeat(15)}\ue000`);
    expect(text(`a${'\u{10ffff}'.repeat(15)}x`, 'upper')).toBe('b');
    expect(text('\u{10ffff}'.repeat(17), 'upper')).toBeNull();
  });

  it('keeps every string between its own bounds in byte order, so that pruning never loses a row', () => {
    const strings = fc.string({
      unit: fc.constantFrom('a', 'z', '\ud7ff', '\ue000', '\uffff', '😀', '\u{10ffff}'),
      maxLength: 40,
    });
    fc.assert(
      fc.property(strings, (value) => {
        const bytes = Buffer.from(value);
        const lower = encodeBound('string', value, 'lower');
        const upper = encodeBound('string', value, 'upper');
        expect(Buffer.compare(lower ?? bytes, bytes)).toBeLessThanOrEqual(0);
        expect(Buffer.compare(upper ?? bytes, bytes)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('encodeValue', () => {
  it('does not cut: readers match the paths in delete files by it', () => {
    const path = `/warehouse/${'x'.repeat(300)}.parquet`;
    expect(Buffer.from(encodeValue('string', path) ?? []).toString()).toBe(path);
  });
});

describe('decodeBound', () => {
  it('gives back what was written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        expect(decodeBound('long', encodeBound('long', value, 'lower') ?? new Uint8Array())).toBe(value);
      }),
    );
  });

  it('reads the four bytes that a column left behind when it grew from int to long', () => {
    expect(decodeBound('long', encodeBound('int', -7, 'lower') ?? new Uint8Array())).toBe(-7n);
  });

  it('reads the four bytes that a column left behind when it grew from float to double', () => {
    const bound = encodeBound('float', '1.5', 'upper');
    expect([bound?.length, decodeBound('double', bound ?? new Uint8Array())]).toEqual([4, 1.5]);
  });
});
