/** Lowest and highest values as manifests hold them (spec: Appendix D, single-value serialisation). */
import { ConnectorError } from '../../core/errors.js';
import type { PrimitiveType } from './model.js';

export type BoundSide = 'lower' | 'upper';
export type BoundValue = string | number | bigint | boolean;

const CODE_POINTS = 16;
const HIGHEST_CODE_POINT = 0x10ffff;

/**
 * One bound of a column, strings cut at 16 code points (an upper bound is rounded up). Null means: no bound, which readers
 * take as "anything"; so it comes for what cannot be bounded (NaN, infinite or ancient dates, strings of highest code points).
 * @param value a value or its text as DuckDB prints it: `0`/`1`, `2025-01-02`, `2025-01-01 08:00:00.5+00`, `-inf`.
 * @throws ConnectorError kind `failed` for a text that is no value of the type.
 */
export function encodeBound(type: PrimitiveType, value: BoundValue, side: BoundSide): Uint8Array | null {
  if (type === 'string') {
    const cut = cutString(String(value), side);
    return cut === null ? null : Buffer.from(cut, 'utf8');
  }
  if (type === 'double' || type === 'float')
    return encodeFloating(type, Number(String(value).replace(/^([+-]?)inf(inity)?$/i, '$1Infinity')), side);
  return encodeValue(type, value);
}

/** A whole value without rounding: for bounds that readers compare for equality, such as the paths in delete files. */
export function encodeValue(type: Exclude<PrimitiveType, 'float' | 'double'>, value: BoundValue): Uint8Array | null {
  switch (type) {
    case 'string':
      return Buffer.from(String(value), 'utf8');
    case 'boolean':
      return Uint8Array.of(isTrue(value) ? 1 : 0);
    case 'int':
      return int32(Number(value));
    case 'long':
      return int64(BigInt(value));
    case 'date': {
      const micros = microsOf(`${value}`, DATE);
      return micros === null ? null : int32(Number(micros / MICROS_PER_DAY));
    }
    case 'timestamptz': {
      const micros = microsOf(`${value}`, TIMESTAMP);
      return micros === null ? null : int64(micros);
    }
  }
}

/** The value of a bound: bigint for long and timestamptz (microseconds), days for date. Those of int and float stay valid under long and double. */
export function decodeBound(type: PrimitiveType, bytes: Uint8Array): BoundValue {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type) {
    case 'string':
      return buffer.toString('utf8');
    case 'boolean':
      return buffer.readUInt8() !== 0;
    case 'int':
    case 'date':
      return buffer.readInt32LE();
    case 'float':
    case 'double':
      return buffer.length === 4 ? buffer.readFloatLE() : buffer.readDoubleLE();
    case 'long':
    case 'timestamptz':
      return buffer.length === 4 ? BigInt(buffer.readInt32LE()) : buffer.readBigInt64LE();
  }
}

/** The bytes of a value in the form that `decodeBound` answers. */
export function encodeExactly(type: PrimitiveType, value: BoundValue): Uint8Array {
  switch (type) {
    case 'string':
      return Buffer.from(String(value), 'utf8');
    case 'boolean':
      return Uint8Array.of(value === true ? 1 : 0);
    case 'int':
    case 'date':
      return int32(Number(value));
    case 'long':
    case 'timestamptz':
      return int64(BigInt(value));
    case 'float':
    case 'double':
      return floating(type, Number(value));
  }
}

function isTrue(value: BoundValue): boolean {
  const text = String(value);
  if (text !== '0' && text !== '1' && text !== 'true' && text !== 'false') throw notAValue('boolean', text);
  return text === '1' || text === 'true';
}

function int32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function int64(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes;
}

/** The two zeros compare as equal but are written differently, so either as a bound must admit the other. */
function encodeFloating(type: 'float' | 'double', value: number, side: BoundSide): Uint8Array | null {
  if (Number.isNaN(value)) return null;
  return floating(type, value === 0 ? (side === 'lower' ? -0 : 0) : value);
}

function floating(type: 'float' | 'double', value: number): Uint8Array {
  const bytes = Buffer.alloc(type === 'float' ? 4 : 8);
  if (type === 'float') bytes.writeFloatLE(value);
  else bytes.writeDoubleLE(value);
  return bytes;
}

function cutString(text: string, side: BoundSide): string | null {
  const points = Array.from(text.slice(0, 2 * (CODE_POINTS + 1)));
  if (points.length <= CODE_POINTS) return text;
  const cut = points.slice(0, CODE_POINTS);
  if (side === 'lower') return cut.join('');
  for (let last = cut.pop(); last !== undefined; last = cut.pop()) {
    const point = last.codePointAt(0) ?? HIGHEST_CODE_POINT;
    if (point < HIGHEST_CODE_POINT) return cut.join('') + String.fromCodePoint(nextCodePoint(point));
  }
  return null;
}

function nextCodePoint(point: number): number {
  const isLastBeforeSurrogates = point >= 0xd7ff && point < 0xe000;
  return isLastBeforeSurrogates ? 0xe000 : point + 1;
}

const MICROS_PER_DAY = 86_400_000_000n;
const DATE = /^(\d{4,6})-(\d\d)-(\d\d)$/;
const TIMESTAMP = /^(\d{4,6})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:\+00(?::?00)?|Z)$/;
const UNBOUNDED = /^-?infinity$|\(BC\)/;

/** Microseconds since 1970 in UTC; null for values outside the calendar of years 0 to 275760. */
function microsOf(text: string, form: RegExp): bigint | null {
  if (UNBOUNDED.test(text)) return null;
  const found = form.exec(text);
  if (!found) throw notAValue(form === DATE ? 'date' : 'timestamptz', text);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number);
  // Date.UTC would take the years 0 to 99 for 1900 to 1999.
  const millis = new Date(0).setUTCFullYear(year, month - 1, day) + ((hour * 60 + minute) * 60 + second) * 1000;
  return Number.isNaN(millis) ? null : BigInt(millis) * 1000n + BigInt((found[7] ?? '').padEnd(6, '0'));
}

function notAValue(type: string, text: string): ConnectorError {
  return new ConnectorError('failed', `A ${text.length}-character text is no ${type} for a column's bounds.`, {
    detail: `bounds of type ${type} expect DuckDB's text form in UTC`,
  });
}
