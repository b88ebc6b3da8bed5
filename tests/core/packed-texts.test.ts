/** Very many texts in little memory. */
import { expect, test } from 'vitest';
import { PackedTexts } from '../../src/core/packed-texts.js';

test('every text comes back as it was, in its order, as often as it is asked for', () => {
  const odd = ['', '10001', 'a\nb', '"', '\\', 'ä€😀', '\ud800', ','];
  const texts = Array.from({ length: 10_000 }, (_, at) => `${odd[at % odd.length]}${at % 3 ? at : ''}`);
  const packed = new PackedTexts();
  for (const text of texts) packed.push(text);
  expect(packed.length).toBe(texts.length);
  expect([...packed]).toEqual(texts);
  expect([...packed]).toEqual(texts);
});

test('a text that comes while others are asked for is not lost', () => {
  const packed = new PackedTexts();
  for (let at = 0; at < 4095; at++) packed.push(`${at}`);
  const found: string[] = [];
  for (const text of packed) {
    found.push(text);
    if (found.length <= 3) packed.push(`late ${found.length}`);
  }
  expect(found.length).toBe(4098);
});
