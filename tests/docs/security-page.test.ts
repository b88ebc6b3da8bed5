/** docs/security.md promises nothing that no test holds it to. */
import { describe, expect, test } from 'vitest';
import { isThere, namedTests, rowsOf } from './named-tests.js';

const threats = rowsOf('docs/security.md', '| threat | what we do | test |');

describe('the page of threats', () => {
  test('has rows of three cells, each with a test', () => {
    expect(threats.length).toBeGreaterThan(30);
    expect(threats.filter((row) => row.length !== 3 || row.includes(''))).toEqual([]);
  });

  test.each(namedTests(threats))('names a test that is there: $of: $file: $title', (named) =>
    expect(isThere(named)).toBe(true));
});
