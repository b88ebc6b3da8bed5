/** Text as callers send it: documents to version 3, wiki markup to version 2. */

import type { AdfDocument, AdfNode } from '../issues/adf.js';
import type { Call } from '../model.js';
import { wantsWikiText } from '../router.js';
import { isObject } from './write-desk.js';

export const MOST_TEXT = 32_767;
const TOO_LONG = 'The entered text is too long. It exceeds the allowed limit of 32,767 characters.';

/** The document, or the sentence that Jira refuses it with. */
export function readRich(call: Call, value: unknown): AdfDocument | string {
  if (wantsWikiText(call)) return fromWiki(value);
  if (!isDocument(value)) return 'Operation value must be an Atlassian Document (see the Atlassian Document Format)';
  return lengthOf(value) > MOST_TEXT ? TOO_LONG : value;
}

/** The markup stays as it is: version 2 gives back what it was given. */
function fromWiki(value: unknown): AdfDocument | string {
  if (typeof value !== 'string') return 'Operation value must be a string';
  if (value.length > MOST_TEXT) return TOO_LONG;
  const paragraphs = value.split(/\n{2,}/).filter((part) => part !== '');
  return {
    version: 1,
    type: 'doc',
    content: paragraphs.map((part) => ({ type: 'paragraph', content: linesOf(part) })),
  };
}

const linesOf = (paragraph: string): AdfNode[] =>
  paragraph
    .split('\n')
    .flatMap((line, number) => [
      ...(number === 0 ? [] : [{ type: 'hardBreak' }]),
      ...(line === '' ? [] : [{ type: 'text', text: line }]),
    ]);

const isDocument = (value: unknown): value is AdfDocument =>
  isObject(value) && value.type === 'doc' && value.version === 1 && Array.isArray(value.content) && isNode(value);

/** Jira refuses a text without text. */
function isNode(value: unknown): boolean {
  if (!isObject(value) || typeof value.type !== 'string') return false;
  if (value.type === 'text' && (typeof value.text !== 'string' || value.text === '')) return false;
  return value.content === undefined || (Array.isArray(value.content) && value.content.every(isNode));
}

const lengthOf = (node: AdfNode | AdfDocument): number =>
  ('text' in node ? (node.text?.length ?? 0) : 0) +
  (node.content ?? []).reduce((sum: number, child) => sum + lengthOf(child), 0);
