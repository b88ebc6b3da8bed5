/** Rich text: documents in Atlassian Document Format as version 3 sends them, and their wiki markup and HTML forms. */

import type { Person } from '../model.js';
import type { Draw } from '../random.js';
import { sentenceOf, textOf } from './words.js';

export interface AdfNode {
  readonly type: string;
  readonly text?: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly marks?: readonly { readonly type: string; readonly attrs?: Readonly<Record<string, unknown>> }[];
  readonly content?: readonly AdfNode[];
}

export interface AdfDocument {
  readonly version: 1;
  readonly type: 'doc';
  readonly content: readonly AdfNode[];
}

const text = (value: string, ...marks: { type: string; attrs?: Record<string, unknown> }[]): AdfNode =>
  marks.length === 0 ? { type: 'text', text: value } : { type: 'text', text: value, marks };
const block = (type: string, content: readonly AdfNode[], attrs?: Record<string, unknown>): AdfNode =>
  attrs === undefined ? { type, content } : { type, attrs, content };
const paragraph = (...content: AdfNode[]): AdfNode => block('paragraph', content);

/** One paragraph of plain text. */
export function plainDocument(value: string): AdfDocument {
  return { version: 1, type: 'doc', content: [paragraph(text(value))] };
}

type BlockMaker = (draw: Draw, people: readonly Person[]) => AdfNode;

const BLOCKS: readonly BlockMaker[] = [
  (draw) => paragraph(text(textOf(draw, draw.int(1, 3)))),
  (draw) => paragraph(text(sentenceOf(draw), { type: 'strong' }), { type: 'hardBreak' }, text(sentenceOf(draw))),
  (draw, people) => paragraph(mention(draw.pick(people)), text(' '), text(sentenceOf(draw))),
  (draw) =>
    paragraph({ type: 'emoji', attrs: { shortName: ':tada:', id: '1f389', text: '🎉' } }, text(` ${sentenceOf(draw)}`)),
  (draw) => block('heading', [text(sentenceOf(draw))], { level: draw.int(1, 4) }),
  (draw) => block('bulletList', [listItem(draw), listItem(draw)]),
  (draw) => table(draw),
  () => block('codeBlock', [text('select *\nfrom "Größe"\nwhere a < 1 && b > 2;')], { language: 'sql' }),
  (draw) => block('panel', [paragraph(text(sentenceOf(draw)))], { panelType: 'warning' }),
  () => paragraph(text('see '), text('the page', { type: 'link', attrs: { href: 'https://example.com/?a=1&b=2' } })),
  () => paragraph({ type: 'inlineCard', attrs: { url: 'https://example.com/browse/X-1' } }),
];

const mention = (person: Person): AdfNode => ({
  type: 'mention',
  attrs: { id: person.accountId, text: `@${person.displayName}`, accessLevel: '' },
});
const listItem = (draw: Draw): AdfNode => block('listItem', [paragraph(text(sentenceOf(draw)))]);

function table(draw: Draw): AdfNode {
  const row = (type: string): AdfNode =>
    block(
      'tableRow',
      [0, 1].map(() => block(type, [paragraph(text(sentenceOf(draw)))], {})),
    );
  return block('table', [row('tableHeader'), row('tableCell')], { isNumberColumnEnabled: false, layout: 'default' });
}

/** A document of 1 to `most` blocks. */
export function richDocument(draw: Draw, people: readonly Person[], most: number): AdfDocument {
  const first = paragraph(text(sentenceOf(draw)));
  const more = Array.from({ length: draw.int(0, most - 1) }, () => draw.pick(BLOCKS)(draw, people));
  return { version: 1, type: 'doc', content: [first, ...more] };
}

const WIKI: Readonly<Record<string, (inner: string, node: AdfNode) => string>> = {
  text: (_, node) =>
    node.marks?.some((mark) => mark.type === 'strong') === true ? `*${node.text ?? ''}*` : (node.text ?? ''),
  hardBreak: () => '\n',
  mention: (_, node) => `[~accountid:${String(node.attrs?.id)}]`,
  emoji: (_, node) => String(node.attrs?.text),
  inlineCard: (_, node) => `[${String(node.attrs?.url)}|smart-link]`,
  heading: (inner, node) => `h${String(node.attrs?.level)}. ${inner}\n\n`,
  paragraph: (inner) => `${inner}\n\n`,
  listItem: (inner) => `* ${inner.trim()}\n`,
  tableHeader: (inner) => `||${inner.trim()}`,
  tableCell: (inner) => `|${inner.trim()}`,
  tableRow: (inner) => `${inner}|\n`,
  codeBlock: (inner, node) => `{code:${String(node.attrs?.language)}}\n${inner}\n{code}\n\n`,
  panel: (inner) => `{panel}\n${inner.trim()}\n{panel}\n\n`,
};

/** The wiki markup that version 2 sends in place of a document. */
export function wikiMarkup(document: AdfDocument): string {
  return document.content.map(wikiOf).join('').trim();
}

function wikiOf(node: AdfNode): string {
  const inner = (node.content ?? []).map(wikiOf).join('');
  return WIKI[node.type]?.(inner, node) ?? inner;
}

/** The HTML of `renderedFields`: one paragraph per block, enough to show that it is HTML. */
export function html(document: AdfDocument): string {
  return document.content.map((node) => `<p>${escaped(wikiOf(node).trim())}</p>`).join('\n');
}

const escaped = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
