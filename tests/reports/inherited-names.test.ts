/** Words from a site that are names of what every object inherits: `constructor` as a summary, or as the column of a custom field. */
import { expect, test } from 'vitest';
import { wordsOf } from '../../src/query/publish/column-words.js';
import { restrictedIn } from '../../src/query/tables/restricted.js';
import { cellText } from '../../src/reports/print/document-text.js';

test.each(['constructor', 'toString', '__proto__'])('%s is shown as it is, and stands for nothing else', (word) => {
  expect(cellText(word, { name: 'issue_summary', kind: 'text' })).toBe(word);
  expect(cellText(word, { name: 'outcome', kind: 'text', names: { done: 'Done' } })).toBe(word);
  expect(wordsOf(word)).toBeUndefined();
  expect(restrictedIn([word])).toBeNull();
});
