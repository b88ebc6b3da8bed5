import { expect, test } from 'vitest';
import { fold } from '../../src/core/fold.js';
import { plainTableOf, sentenceTable } from '../../src/core/text-table.js';

const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

test('a long sentence goes on below and loses no word', () => {
  const sentence = `error: ${'Save it as UTF-8, then run again. '.repeat(6)}`;
  const folded = fold(sentence, 40);
  expect(widest(folded)).toBeLessThanOrEqual(40);
  expect(folded.split(/\s+/)).toEqual(sentence.split(/\s+/));
  // None of them passes for a message of its own.
  expect(
    folded
      .split('\n')
      .slice(1)
      .every((line) => line.startsWith('  ')),
  ).toBe(true);
});

test('what stands behind a label stays behind it', () => {
  expect(fold('Scopes      read:jira-work read:user:jira', 28)).toBe(
    'Scopes      read:jira-work\n            read:user:jira',
  );
});

test('an address, a row of a table and what goes into a file stay whole', () => {
  const address = `https://acme.atlassian.net/${'x'.repeat(60)}`;
  expect(fold(address, 40)).toBe(address);
  expect(fold(`Reference   ${address}`, 40)).toBe(`Reference   ${address}`);
  expect(fold(`│ ${'a b '.repeat(20)}│`, 40)).not.toContain('\n');
  expect(fold('a b '.repeat(40), undefined)).not.toContain('\n');
});

test('a table keeps to its width: the widest texts are cut, sentences go on below', () => {
  const rows = [{ name: 'acme', site: `jira.${'engineering.'.repeat(6)}example.org`, streams: 47 }];
  const plain = plainTableOf(
    [
      ['connection', 'left', ({ name }) => name],
      ['site', 'left', ({ site }) => site],
      ['streams', 'right', ({ streams }) => streams],
    ],
    rows,
    60,
  );
  expect(widest(plain)).toBeLessThanOrEqual(60);
  expect(plain).toMatch(/^acme +jira\.engineering.*… +47$/m);
  const about = 'Time logged on issues, restricted worklogs only where this account may see them.';
  const sentences = sentenceTable(['stream', 'about'], [['issue_type_screen_scheme_projects', about]], 60);
  expect(widest(sentences)).toBeLessThanOrEqual(60);
  expect(sentences.replace(/\s+/g, ' ')).toContain(about);
});
