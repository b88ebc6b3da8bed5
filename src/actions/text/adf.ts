/** Documents in Atlassian's format, made of the few nodes that this package writes (developer.atlassian.com, "Atlassian Document Format"). */

import type { Json } from '../../contract/table.js';

export type AdfMark = { readonly type: string; readonly attrs?: { readonly [name: string]: Json } };
export type AdfNode = {
  readonly type: string;
  readonly text?: string;
  readonly attrs?: { readonly [name: string]: Json };
  readonly marks?: readonly AdfMark[];
  readonly content?: readonly AdfNode[];
};
export type AdfDocument = { readonly type: 'doc'; readonly version: 1; readonly content: readonly AdfNode[] };

export const documentOf = (content: readonly AdfNode[]): AdfDocument => ({ type: 'doc', version: 1, content });

export const block = (type: string, content: readonly AdfNode[], attrs?: AdfNode['attrs']): AdfNode =>
  attrs === undefined ? { type, content } : { type, attrs, content };

export const paragraph = (content: readonly AdfNode[]): AdfNode => block('paragraph', content);

/** Each line a text, breaks between them. Jira refuses a text without characters, so an empty line is a break alone. */
export function lines(text: string, marks: readonly AdfMark[] = []): readonly AdfNode[] {
  return text
    .split(/\r?\n/)
    .flatMap((line, at): AdfNode[] => [
      ...(at > 0 ? [{ type: 'hardBreak' }] : []),
      ...(line === '' ? [] : [marks.length === 0 ? { type: 'text', text: line } : { type: 'text', text: line, marks }]),
    ]);
}

/** A paragraph for each block between empty lines, a break for each line of it; every character stays as it is. */
export function plainDocument(text: string): AdfDocument {
  const blocks = text.split(/(?:\r?\n[ \t]*){2,}/).filter((one) => one.trim() !== '');
  return documentOf(blocks.map((one) => paragraph(lines(one))));
}
