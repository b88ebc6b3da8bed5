import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable, printableJson, printableLines } from '../src/core/printable.js';
import { TextTable } from '../src/core/text-table.js';

const DANGEROUS = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/u;
const anything = fc.string({ unit: 'binary', maxLength: 60 });
const nasty = fc.string({
  unit: fc.constantFrom(
    '\u001b',
    '[2J',
    '\n',
    '\r',
    '\t',
    '\u009b',
    '\u202e',
    '\u2066',
    '\u2028',
    '\u0000',
    '\u007f',
    'é',
    '👩‍💻',
    '\\n',
  ),
  maxLength: 20,
});
const texts = fc.oneof(anything, nasty);

test('what a terminal would obey is shown instead', () => {
  expect(printable('a\u001b[2J\r\nb\u202ec\u009b\u0000')).toBe('a\\u001b[2J\\r\\nb\\u202ec\\u009b\\u0000');
  expect(printableLines('a\n\tb\u001b\r\n')).toBe('a\n\tb\\u001b\\r\n');
});

test('words of people stay as they are: letters of all scripts, joined emoji, non-joiners', () => {
  for (const text of ['Grüße, 世界', 'می‌خواهم', '👩‍💻 🏴‍☠️', 'C:\\new', 'עברית', 'soft\u00adhyphen'])
    expect(printable(text)).toBe(text);
});

test('no text whatsoever brings a control to the terminal', () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(printable(text)).not.toMatch(DANGEROUS);
      expect(printableLines(text).replaceAll(/[\n\t]/g, '')).not.toMatch(DANGEROUS);
    }),
    { seed: 7 },
  );
});

test('JSON means the same afterwards', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const json = JSON.stringify({ [text]: [text] });
      expect(JSON.parse(printableJson(json))).toEqual(JSON.parse(json));
      expect(printableJson(json)).not.toMatch(DANGEROUS);
    }),
    { seed: 7 },
  );
});

test('a table has as many lines as it has rows, whatever is in heads and cells', () => {
  fc.assert(
    fc.property(nasty, nasty, (head, cell) => {
      const table = new TextTable({ head: [head, 'b'] });
      table.push([cell, 1]);
      table.push(['x', 'y']);
      expect(table.toString().split(/[\n\r\u2028\u2029]/).length).toBe(7);
      expect(table.toString().replaceAll('\n', '')).not.toMatch(DANGEROUS);
    }),
    { seed: 7 },
  );
});
