/**
 * Rich text as plain text. Cloud sends an Atlassian Document Format tree (developer.atlassian.com, "Atlassian Document Format"),
 * version 2 of the API and Data Center send wiki markup, which is kept as it is.
 */

import { isObject, own } from '../../core/json-path.js';
import { MAX_DEPTH } from './json-text.js';

/** Inline nodes whose words sit in an attribute: node type -> attributes, the first one present is taken. */
const INLINE: Readonly<Record<string, readonly string[]>> = {
  mention: ['text', 'id'],
  emoji: ['text', 'shortName'],
  inlineCard: ['url'],
  blockCard: ['url'],
  embedCard: ['url'],
  status: ['text'],
  placeholder: ['text'],
  media: ['alt', 'url'],
  mediaInline: ['alt', 'url'],
};
/** Nodes that stand on lines of their own. */
const BLOCKS = new Set([
  'paragraph',
  'heading',
  'blockquote',
  'codeBlock',
  'panel',
  'rule',
  'bulletList',
  'orderedList',
  'listItem',
  'taskList',
  'taskItem',
  'decisionList',
  'decisionItem',
  'table',
  'tableRow',
  'mediaSingle',
  'mediaGroup',
  'expand',
  'nestedExpand',
  'blockCard',
  'embedCard',
  'layoutSection',
  'layoutColumn',
  'bodiedExtension',
]);

/** Plain text of a value; null when it is neither text nor a document. */
export function plainText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (own(value, 'type') !== 'doc') return null;
  return render(value, 0)
    .replace(/\n{2,}/g, '\n')
    .replace(/^\n+|\s+$/g, '');
}

function render(node: unknown, depth: number): string {
  if (!isObject(node) || depth > MAX_DEPTH) return '';
  const type = String(own(node, 'type'));
  if (type === 'text') return String(own(node, 'text') ?? '');
  if (type === 'hardBreak') return '\n';
  if (type === 'rule') return '\n---\n';
  if (type === 'date') return dayOf(own(own(node, 'attrs'), 'timestamp'));
  const attribute = INLINE[type]
    ?.map((name) => own(own(node, 'attrs'), name))
    .find((found) => typeof found === 'string' && found !== '');
  const inner = attribute === undefined ? children(node, type, depth) : String(attribute);
  return BLOCKS.has(type) ? `\n${inner}\n` : inner;
}

function children(node: Readonly<Record<string, unknown>>, type: string, depth: number): string {
  const content = own(node, 'content');
  if (!Array.isArray(content)) return '';
  const parts = content.map((child) => render(child, depth + 1));
  if (type === 'tableRow') return parts.map((part) => part.trim().replace(/\n+/g, ' ')).join(' | ');
  if (type === 'orderedList')
    return parts
      .map((part, index) => `\n${Number(own(own(node, 'attrs'), 'order') ?? 1) + index}. ${part.trim()}\n`)
      .join('');
  if (type === 'bulletList' || type === 'taskList' || type === 'decisionList')
    // A list of tasks within another one stands beside its items, and is none of them.
    return parts.map((part, at) => (own(content[at], 'type') === type ? part : `\n- ${part.trim()}\n`)).join('');
  return parts.join('');
}

/** ADF dates are epoch milliseconds as text. */
function dayOf(timestamp: unknown): string {
  const moment = new Date(Number(timestamp));
  return Number.isNaN(moment.getTime()) ? '' : moment.toISOString().slice(0, 10);
}
