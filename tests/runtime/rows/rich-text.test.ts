import { expect, test } from 'vitest';
import { plainText } from '../../../src/runtime/rows/rich-text.js';

const doc = (...content: unknown[]) => ({ type: 'doc', version: 1, content });
const p = (...content: unknown[]) => ({ type: 'paragraph', content });
const text = (words: string) => ({ type: 'text', text: words });

test('paragraphs, lists, tables and mentions read as a person would say them', () => {
  const list = {
    type: 'bulletList',
    content: [
      { type: 'listItem', content: [p(text('one'))] },
      { type: 'listItem', content: [p(text('two'))] },
    ],
  };
  const row = {
    type: 'tableRow',
    content: [
      { type: 'tableCell', content: [p(text('a'))] },
      { type: 'tableCell', content: [p(text('b'))] },
    ],
  };
  const mention = { type: 'mention', attrs: { id: '5', text: '@Ana' } };
  const emoji = { type: 'emoji', attrs: { shortName: ':fire:', text: '🔥' } };
  expect(plainText(doc(p(text('Hi '), mention, text(' '), emoji), list, { type: 'table', content: [row] }))).toBe(
    'Hi @Ana 🔥\n- one\n- two\na | b',
  );
});

test('wiki text stays as it is, anything else has no plain text', () => {
  expect(plainText('h1. Title')).toBe('h1. Title');
  for (const other of [5, {}, [], { type: 'paragraph' }, null]) expect(plainText(other)).toBeNull();
});

test('unknown nodes give their inner text instead of swallowing it', () => {
  expect(plainText(doc({ type: 'futureThing', content: [p(text('kept'))] }))).toBe('kept');
});
