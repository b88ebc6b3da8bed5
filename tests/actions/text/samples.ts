/** Markdown, and the text that our own reading of the document gives back. */

const CONTEXTS: readonly (readonly [markdown: string, text: string])[] = [
  ['$', '$'],
  ['# $', '$'],
  ['- $\n- end', '- $\n- end'],
  ['1. $\n2. end', '1. $\n2. end'],
  ['- [ ] $', '- $'],
  ['> $', '$'],
  ['| $ | b |\n|---|---|\n| 1 | $ |', '$ | b\n1 | $'],
];

const WORDS: readonly (readonly [markdown: string, text: string])[] = [
  ['plain Größe 日本 🎉', 'plain Größe 日本 🎉'],
  ['**bold**', 'bold'],
  ['_it **both** it_', 'it both it'],
  ['`a *b* {c}`', 'a *b* {c}'],
  ['~~gone~~', 'gone'],
  ['[words](https://example.com/?a=1&b=2)', 'words'],
  ['[`code`](https://example.com)', 'code'],
  ['https://example.com/x', 'https://example.com/x'],
  ['[bad](javascript:alert(1))', '[bad](javascript:alert(1))'],
  ['![picture](https://example.com/p.png)', '![picture](https://example.com/p.png)'],
  ['<b>html</b> &amp; 1 < 2', '<b>html</b> &amp; 1 < 2'],
  ['\\*no\\* 2 \\* 3', '*no* 2 * 3'],
  ['@[712020:0a1b-2c] said', '712020:0a1b-2c said'],
  ['snake_case_name', 'snake_case_name'],
];

const WHOLE: readonly (readonly [markdown: string, text: string])[] = [
  ['one\ntwo', 'one\ntwo'],
  ['one\n\ntwo', 'one\ntwo'],
  ['- a\n  - b\n    - c\n- d', '- a\n- b\n- c\n- d'],
  ['3. a\n4. b', '3. a\n4. b'],
  ['- [x] done\n- [ ] open', '- done\n- open'],
  ['- [x] a\n  - [ ] b', '- a\n- b'],
  ['- [x] a\n- b', '- [x] a\n- b'],
  ['- a\n\n  more\n\n  ```sql\n  select 1\n  ```', '- a\nmore\nselect 1'],
  ['```sql\nselect *\n\nfrom t\n```', 'select *\nfrom t'],
  ['```\n```', ''],
  ['---', '---'],
  ['> a\n> - b\n> - c', 'a\n- b\n- c'],
  ['> a\n>\n> > b', 'a\n> b'],
  ['- > quoted', '- > quoted'],
  ['- # head\n- | a |', '- head\n- | a |'],
  ['[one][1]\n\n[1]: https://example.com', '[one][1]\n[1]: https://example.com'],
  ['<div>\n\nin\n\n</div>', '<div>\nin\n</div>'],
  ['a  \nb\\\nc', 'a\nb\nc'],
  ['@[not a name] @[] @[', '@[not a name] @[] @['],
  ['Head\n====\n\ntext', 'Head\ntext'],
  ['- ', '-'],
  ['{"a": [1, 2]}', '{"a": [1, 2]}'],
];

const within = ([frame, shown]: (typeof CONTEXTS)[number], [markdown, text]: (typeof WORDS)[number]) =>
  [frame.replaceAll('$', () => markdown), shown.replaceAll('$', () => text)] as const;

export const SAMPLES = [...CONTEXTS.flatMap((context) => WORDS.map((words) => within(context, words))), ...WHOLE];
