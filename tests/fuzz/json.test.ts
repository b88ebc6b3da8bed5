/** The reader of answers: any bytes are a value or one error of its own, and the same value that JSON.parse sees. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { MalformedError, parseJson } from '../../src/http/parse.js';
import { damaged, fuzz } from './fuzz.js';

const PIECES = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\\u12',
  '\ud800',
  '1e999',
  '-',
  '0'.repeat(20),
  '9'.repeat(40),
  'nul',
  '"__proto__":',
  '\u2028',
  '1E+400',
  '.5',
  '[[[[',
];

function read(source: Uint8Array | string): unknown {
  try {
    return { value: parseJson(source) };
  } catch (error) {
    expect(error).toBeInstanceOf(MalformedError);
    return null;
  }
}

function parsed(text: string): unknown {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

/** As JSON.parse would have bent them. */
function bent(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(bent);
  if (typeof value !== 'object' || value === null) return value;
  const copy: object = Object.create(Object.getPrototypeOf(value));
  for (const [key, member] of Object.entries(value))
    Object.defineProperty(copy, key, { value: bent(member), enumerable: true, configurable: true, writable: true });
  return copy;
}

const hasHugeNumber = (text: string) => /[eE][+-]?\d{2}|\d{300}/.test(text);

fuzz('JSON: any bytes are a value or a MalformedError', 400, fc.uint8Array({ maxLength: 200 }), (bytes) => {
  read(bytes);
});

fuzz(
  'JSON: a damaged document is read as JSON.parse reads it, or refused by both',
  1000,
  damaged(fc.json(), PIECES),
  (text) => {
    const [ours, theirs] = [read(text), parsed(text)];
    // Numbers beyond a double, and deep nesting, are told apart on purpose.
    if (hasHugeNumber(text) || /(\[[^\]]*){90}/.test(text)) return;
    expect(bent(ours)).toEqual(theirs);
  },
);
