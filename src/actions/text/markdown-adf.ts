/** Markdown as a document. Where a place takes less than markdown can say there (a table in a list), the source is kept as text. */

import type { Tokens } from 'marked';
import {
  type AdfDocument,
  type AdfMark,
  type AdfNode,
  block,
  documentOf,
  lines,
  paragraph,
  plainDocument,
} from './adf.js';
import { isAddress, isWhole, known, type MarkdownToken, parseMarkdown } from './markdown.js';

export function markdownDocument(text: string): AdfDocument {
  const tokens = parseMarkdown(text);
  return tokens === null ? plainDocument(text) : documentOf(new Writer().blocks(tokens));
}

type List = Tokens.List;
type Item = Tokens.ListItem;

const MARKS: Readonly<Record<string, string>> = { strong: 'strong', em: 'em', del: 'strike' };

/** Text where only text may stand: nothing of it is lost, and nothing of it is markup. */
const source = ({ raw }: { readonly raw: string }): readonly AdfNode[] => plainDocument(raw).content;

class Writer {
  /** Tasks are told apart by their number: the same text gives the same document. */
  #tasks = 0;

  blocks(tokens: readonly MarkdownToken[]): readonly AdfNode[] {
    return tokens.flatMap((token) => this.#block(token));
  }

  #block(token: MarkdownToken): readonly AdfNode[] {
    switch (token.type) {
      case 'heading':
        return [block('heading', inline(known(token.tokens)), { level: token.depth })];
      case 'list':
        return [areTasks(token) ? this.#taskList(token) : list(token)];
      case 'blockquote':
        return [block('blockquote', filled(known(token.tokens).flatMap((part) => simple(part))))];
      case 'table':
        return isWhole(token) ? [table(token)] : source(token);
      case 'hr':
        return [{ type: 'rule' }];
      default:
        return token.type === 'code' ? [codeBlock(token)] : simple(token);
    }
  }

  #taskList(token: List): AdfNode {
    const localId = this.#id('tasks');
    const content = token.items.flatMap((item) => [
      block('taskItem', wordsOf(item), { localId: this.#id('task'), state: item.checked === true ? 'DONE' : 'TODO' }),
      ...listsIn(item).map((inner) => this.#taskList(inner)),
    ]);
    return block('taskList', content, { localId });
  }

  #id(word: string): string {
    this.#tasks += 1;
    return `${word}-${this.#tasks}`;
  }
}

/** A paragraph, or the source in paragraphs. */
function simple(token: MarkdownToken): readonly AdfNode[] {
  if (token.type === 'space' || token.type === 'checkbox') return [];
  if (token.type !== 'paragraph' && token.type !== 'text') return source(token);
  const words = inline(known(token.tokens));
  return words.length === 0 ? [] : [paragraph(words)];
}

/** Every block of blocks has one at least. */
const filled = (nodes: readonly AdfNode[]): readonly AdfNode[] => (nodes.length === 0 ? [paragraph([])] : nodes);

function codeBlock({ text, lang }: Tokens.Code): AdfNode {
  const language = lang?.split(/\s/)[0] ?? '';
  const content: readonly AdfNode[] = text === '' ? [] : [{ type: 'text', text }];
  return block('codeBlock', content, language === '' ? undefined : { language });
}

const listsIn = (item: Item): readonly List[] => known(item.tokens).filter((token) => token.type === 'list');

const wordsOf = (item: Item): readonly AdfNode[] =>
  known(item.tokens).flatMap((token) =>
    token.type === 'text' || token.type === 'paragraph' ? inline(known(token.tokens)) : [],
  );

/** All of its items are tasks of one paragraph, and so are those of the lists in them: a list of tasks takes nothing else. */
function areTasks({ items }: List): boolean {
  return items.every(({ task, tokens }) => {
    const parts = known(tokens).filter(({ type }) => type !== 'checkbox' && type !== 'space');
    const [words, ...rest] = parts;
    const isText = words?.type === 'text' || words?.type === 'paragraph';
    return task && isText && rest.every((part) => part.type === 'list' && areTasks(part));
  });
}

function list({ ordered, start, items }: List): AdfNode {
  const content = items.map((item) => block('listItem', itemContent(item)));
  if (!ordered) return block('bulletList', content);
  return block('orderedList', content, start === '' || start <= 1 ? undefined : { order: start });
}

/** Begins with a paragraph or code, never with a list. */
function itemContent(item: Item): readonly AdfNode[] {
  const content = known(item.tokens).flatMap((token): readonly AdfNode[] => {
    if (token.type === 'list') return [list(token)];
    if (token.type === 'code') return [codeBlock(token)];
    if (token.type === 'heading') return [paragraph(inline(known(token.tokens)))];
    return simple(token);
  });
  const box: readonly AdfNode[] = item.task ? [{ type: 'text', text: item.checked === true ? '[x] ' : '[ ] ' }] : [];
  const [first, ...rest] = content;
  if (first?.type === 'paragraph') return [paragraph(merged([...box, ...(first.content ?? [])])), ...rest];
  return first?.type === 'codeBlock' && !item.task ? content : [paragraph(box), ...content];
}

function table({ header, rows }: Tokens.Table): AdfNode {
  const row = (type: string, cells: readonly Tokens.TableCell[]): AdfNode =>
    block(
      'tableRow',
      cells.map(({ tokens }) => block(type, [paragraph(inline(known(tokens)))], {})),
    );
  const content = [row('tableHeader', header), ...rows.map((cells) => row('tableCell', cells))];
  return block('table', content, { isNumberColumnEnabled: false, layout: 'default' });
}

function inline(tokens: readonly MarkdownToken[], marks: readonly AdfMark[] = []): readonly AdfNode[] {
  return merged(tokens.flatMap((token) => inlineNodes(token, marks)));
}

function inlineNodes(token: MarkdownToken, marks: readonly AdfMark[]): readonly AdfNode[] {
  switch (token.type) {
    case 'strong':
    case 'em':
    case 'del':
      return inline(known(token.tokens), withMark(marks, { type: MARKS[token.type] ?? '' }));
    case 'link':
      return isAddress(token.href)
        ? inline(known(token.tokens), withMark(marks, linkMark(token)))
        : lines(token.raw, marks);
    case 'codespan':
      return lines(token.text, [...marks.filter(({ type }) => type === 'link'), { type: 'code' }]);
    case 'mention':
      return [{ type: 'mention', attrs: { id: token.person } }];
    case 'br':
      return [{ type: 'hardBreak' }];
    case 'checkbox':
      return [];
    case 'text':
      return token.tokens === undefined ? lines(token.text, marks) : inline(known(token.tokens), marks);
    default:
      return lines(token.type === 'escape' ? token.text : token.raw, marks);
  }
}

const withMark = (marks: readonly AdfMark[], mark: AdfMark): readonly AdfMark[] => [
  ...marks.filter(({ type }) => type !== mark.type),
  mark,
];

const linkMark = ({ href, title }: Tokens.Link): AdfMark => ({
  type: 'link',
  attrs: typeof title === 'string' && title !== '' ? { href, title } : { href },
});

/** Neighbouring texts of the same marks as one. */
function merged(nodes: readonly AdfNode[]): readonly AdfNode[] {
  const result: AdfNode[] = [];
  for (const node of nodes) {
    const last = result.at(-1);
    const isSame =
      last?.type === 'text' && node.type === 'text' && JSON.stringify(last.marks) === JSON.stringify(node.marks);
    if (isSame) result[result.length - 1] = { ...last, text: `${last.text ?? ''}${node.text ?? ''}` };
    else result.push(node);
  }
  return result;
}
