/** A text that Jira refuses, or that comes back as another one, is found by people who read it. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { plainDocument } from '../../../src/actions/text/adf.js';
import { markdownDocument } from '../../../src/actions/text/markdown-adf.js';
import { markdownWiki } from '../../../src/actions/text/markdown-wiki.js';
import { escapedWiki } from '../../../src/actions/text/wiki-escape.js';
import { plainText } from '../../../src/runtime/rows/rich-text.js';
import { complaints } from './adf-schema.js';
import { SAMPLES } from './samples.js';

describe('markdown as a document', () => {
  test('there are a hundred samples', () => expect(SAMPLES.length).toBeGreaterThanOrEqual(100));

  test.each(SAMPLES)('%j comes back as %j, in a document that Atlassian takes', (markdown, text) => {
    const document = markdownDocument(markdown);
    expect(complaints(document)).toEqual([]);
    expect(plainText(document)).toBe(text);
  });

  it('is of the nodes and marks that people expect', () => {
    const [heading, paragraph, tasks, code, rule] = markdownDocument(
      '## Head\n\n**b** _i_ `c` ~~s~~ [l](https://e.com "t") @[5b10] x\n\n- [x] d\n\n```sql\nselect 1\n```\n\n---',
    ).content;
    expect(heading).toEqual({ type: 'heading', attrs: { level: 2 }, content: [{ type: 'text', text: 'Head' }] });
    expect(paragraph?.content).toEqual([
      { type: 'text', text: 'b', marks: [{ type: 'strong' }] },
      { type: 'text', text: ' ' },
      { type: 'text', text: 'i', marks: [{ type: 'em' }] },
      { type: 'text', text: ' ' },
      { type: 'text', text: 'c', marks: [{ type: 'code' }] },
      { type: 'text', text: ' ' },
      { type: 'text', text: 's', marks: [{ type: 'strike' }] },
      { type: 'text', text: ' ' },
      { type: 'text', text: 'l', marks: [{ type: 'link', attrs: { href: 'https://e.com', title: 't' } }] },
      { type: 'text', text: ' ' },
      { type: 'mention', attrs: { id: '5b10' } },
      { type: 'text', text: ' x' },
    ]);
    expect(tasks).toMatchObject({ type: 'taskList', content: [{ type: 'taskItem', attrs: { state: 'DONE' } }] });
    expect(code).toMatchObject({ type: 'codeBlock', attrs: { language: 'sql' } });
    expect(rule).toEqual({ type: 'rule' });
  });

  it('is the same document for the same text, or a row written twice would be two rows', () => {
    const text = '- [ ] a\n  - [x] b\n\ntext\n\n- [ ] c';
    expect(markdownDocument(text)).toEqual(markdownDocument(text));
    expect(new Set(JSON.stringify(markdownDocument(text)).match(/"localId":"[^"]+"/g)).size).toBe(6);
  });

  const PIECES = [
    '**',
    '_',
    '`',
    '~~',
    '[',
    '](https://e.com)',
    '\n',
    '\n\n',
    '- ',
    '- [ ] ',
    '1. ',
    '> ',
    '# ',
    '| ',
    ' |\n|--|\n| ',
  ];
  const MORE = ['```\n', '---\n', '@[', ']', '<b>', '\\', '    ', '![', '&', '  \n', '====\n'];
  const markdown = fc
    .array(fc.oneof(fc.constantFrom(...PIECES, ...MORE), fc.constant('word')), { maxLength: 40 })
    .map((parts) => parts.map((part, at) => (part === 'word' ? `w${at}w` : part)).join(''));

  it('takes whatever is written: never a document that Atlassian refuses, never a word lost', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        const document = markdownDocument(text);
        const told = plainText(document) ?? '';
        const mentioned = JSON.stringify(document);
        expect(complaints(document)).toEqual([]);
        // What follows a fence on its line is the language of the code.
        const words = text.replace(/```[^\n]*/g, '').match(/w\d+w/g) ?? [];
        expect(words.filter((word) => !told.includes(word) && !mentioned.includes(word))).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('loses no cell of a row that is longer than the head of its table', () => {
    const text = 'head |\n|--|\n| one | two |';
    expect(plainText(markdownDocument(text))).toBe(text);
    expect(markdownWiki(text)).toContain('two');
  });

  it('reads thousands of levels as the text that they are', () => {
    for (const text of ['>'.repeat(32_000), '1. '.repeat(10_000)]) {
      const document = markdownDocument(text);
      expect(document.content).toHaveLength(1);
      expect(plainText(document)?.length).toBe(text.trimEnd().length);
    }
  });
});

describe('plain text as a document', () => {
  it('comes back letter by letter, but for empty lines, and is what Atlassian takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '*', '\n', '\r\n', ' ', '{', 'ß', '🎉') }), (text) => {
        const document = plainDocument(text);
        expect(complaints(document)).toEqual([]);
        const lines = (value: string) =>
          value
            .split(/\r?\n/)
            .map((line) => line.trim())
            .filter((line) => line !== '');
        expect(lines(plainText(document) ?? '')).toEqual(lines(text));
      }),
    );
  });

  it('keeps breaks within a paragraph, and shows markdown as it was written', () => {
    expect(plainDocument('a\r\n**b**\n\n\nc').content).toEqual([
      {
        type: 'paragraph',
        content: [{ type: 'text', text: 'a' }, { type: 'hardBreak' }, { type: 'text', text: '**b**' }],
      },
      { type: 'paragraph', content: [{ type: 'text', text: 'c' }] },
    ]);
    expect(plainDocument(' \n\n ').content).toEqual([]);
  });
});

describe('markdown as wiki markup', () => {
  test.each([
    ['# Head **b**', 'h1. Head *b*'],
    ['a **b** _c_ ~~d~~ `e{f}`', 'a *b* _c_ -d- {{e\\{f\\}}}'],
    ['in**mid**word', 'in{*}mid{*}word'],
    ['[words](https://e.com/a|b)', '[words|https://e.com/a%7Cb]'],
    ['https://e.com', '[https://e.com]'],
    ['[bad](javascript:x)', '\\[bad\\](javascript:x)'],
    ['@[ada] said', '[~ada] said'],
    ['- a\n  - b\n- c', '* a\n** b\n* c'],
    ['1. a\n   1. b\n2. c', '# a\n## b\n# c'],
    ['- [x] a\n- [ ] b', '* \\[x\\] a\n* \\[ \\] b'],
    ['```sql\nselect 1\n```', '{code:sql}\nselect 1\n{code}'],
    ['```klingon\nx\n```', '{code}\nx\n{code}'],
    ['```\n{code}\n```', '{noformat}\n{code}\n{noformat}'],
    ['> a\n> b', '{quote}\na\nb\n{quote}'],
    ['---', '----'],
    ['|a|b|\n|-|-|\n|1||', '||a||b||\n|1| |'],
    ['one\ntwo\n\nthree', 'one\ntwo\n\nthree'],
    ['{macro} [x] a|b C:\\\\dir', '\\{macro\\} \\[x\\] a\\|b C:&#92;dir'],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
  ])('%j is %j', (markdown, wiki) => expect(markdownWiki(markdown)).toBe(wiki));

  it('lets no text become markup', () => {
    const text = 'h1. x\n- y\n# z\n*b* _i_ -s- +u+ ??c?? {code} ^u^ ~l~ !i.png! well-known 2-3';
    expect(escapedWiki(text)).toBe(
      'h1&#46; x\n\\- y\n\\# z\n\\*b\\* \\_i\\_ \\-s- \\+u+ \\??c?? \\{code\\} \\^u\\^ \\~l\\~ \\!i.png\\! well-known 2-3',
    );
  });
});
