import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Clause, parseJql } from '../../simulator/issues/jql-parse.js';
import { Refusal } from '../../simulator/refusal.js';

describe('JQL text', () => {
  it('binds AND more tightly than OR', () => {
    const { where } = parseJql('a = 1 OR b = 2 AND c = 3');
    expect(where).toMatchObject({
      kind: 'or',
      parts: [
        { kind: 'clause', field: 'a' },
        { kind: 'and', parts: [{ field: 'b' }, { field: 'c' }] },
      ],
    });
  });

  it('keeps commas, parentheses, keywords and escaped quotes inside quotes as text', () => {
    const { where } = parseJql('project in ("a, (b) AND c", \'it"s\', "say \\"hi\\"") order by updated desc, id');
    expect(where).toMatchObject({
      op: 'in',
      values: [{ text: 'a, (b) AND c' }, { text: 'it"s' }, { text: 'say "hi"' }],
    });
  });

  it('tells a quoted number from a bare one', () => {
    const firstValue = (jql: string): unknown => (parseJql(jql).where as Clause).values[0];
    expect(firstValue('updated>=1732877091000')).toEqual({ text: '1732877091000', quoted: false });
    expect(firstValue('updated >= "1732877091000"')).toEqual({ text: '1732877091000', quoted: true });
  });

  it('reads order alone, operators of two words, and functions', () => {
    expect(parseJql('ORDER BY key DESC')).toEqual({ where: null, order: [{ field: 'key', descending: true }] });
    expect(parseJql('assignee is not EMPTY').where).toMatchObject({ op: 'is not' });
    expect(parseJql('project not in (A)').where).toMatchObject({ op: 'not in' });
    expect(parseJql('created <= now()').where).toMatchObject({ values: [{ text: 'now()', quoted: false }] });
  });

  it('refuses whatever it cannot read with a 400, and breaks on nothing', () => {
    for (const jql of ['a =', 'a = 1 AND', '(a = 1', 'a in 1', 'a in ()', 'a ~ b', '"', 'a = 1 b', 'order by']) {
      expect(() => parseJql(jql), jql).toThrow(Refusal);
    }
    const words = fc.constantFrom(
      'a',
      '=',
      '(',
      ')',
      'and',
      'or',
      'not',
      'in',
      ',',
      '"x"',
      'order',
      'by',
      '1',
      '!',
      "'",
    );
    fc.assert(
      fc.property(
        fc.array(words).map((list) => list.join(' ')),
        (jql) => {
          try {
            parseJql(jql);
          } catch (error) {
            expect(error).toBeInstanceOf(Refusal);
          }
        },
      ),
    );
  });
});
