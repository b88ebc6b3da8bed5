/** Markdown as Jira's wiki markup, which version 2 of the API and Data Center take. */

import type { Tokens } from 'marked';
import { isAddress, isWhole, known, type MarkdownToken, parseMarkdown } from './markdown.js';
import { escapedWiki } from './wiki-escape.js';

export function markdownWiki(text: string): string {
  const tokens = parseMarkdown(text);
  return tokens === null ? escapedWiki(text) : blocks(tokens);
}

/** Data Center names the language that it does not know in red above the code. */
const LANGUAGES: ReadonlySet<string> = new Set([
  ...[
    'actionscript',
    'ada',
    'applescript',
    'bash',
    'c',
    'c#',
    'c++',
    'cpp',
    'css',
    'erlang',
    'go',
    'groovy',
    'haskell',
  ],
  ...[
    'html',
    'java',
    'javascript',
    'js',
    'json',
    'lua',
    'nyan',
    'objc',
    'perl',
    'php',
    'python',
    'r',
    'rainbow',
    'ruby',
  ],
  ...['scala', 'sh', 'sql', 'swift', 'visualbasic', 'xml', 'yaml'],
]);

const WRAPS: Readonly<Record<string, string>> = { strong: '*', em: '_', del: '-' };

function blocks(tokens: readonly MarkdownToken[]): string {
  return tokens
    .map(blockOf)
    .filter((part) => part !== '')
    .join('\n\n');
}

function blockOf(token: MarkdownToken): string {
  switch (token.type) {
    case 'heading':
      return `h${token.depth}. ${oneLine(known(token.tokens))}`;
    case 'list':
      return list(token, '');
    case 'blockquote':
      return `{quote}\n${blocks(known(token.tokens))}\n{quote}`;
    case 'table':
      return isWhole(token) ? table(token) : escapedWiki(token.raw.trim());
    case 'code':
      return code(token);
    case 'hr':
      return '----';
    case 'space':
    case 'checkbox':
      return '';
    case 'paragraph':
    case 'text':
      return inline(known(token.tokens));
    default:
      return escapedWiki(token.raw.trim());
  }
}

function code({ text, lang }: Tokens.Code): string {
  const language = lang?.split(/\s/)[0]?.toLowerCase() ?? '';
  // The end of the code is the next {code}, wherever it stands.
  const fence = text.includes('{code') ? 'noformat' : 'code';
  const head = fence === 'code' && LANGUAGES.has(language) ? `{code:${language}}` : `{${fence}}`;
  return `${head}\n${text}\n{${fence}}`;
}

/** An item is one line; what does not fit on it follows below, as wiki markup has it. */
function list(token: Tokens.List, outer: string): string {
  const bullet = `${outer}${token.ordered ? '#' : '*'}`;
  return token.items.map((item) => listItem(item, bullet)).join('\n');
}

function listItem(item: Tokens.ListItem, bullet: string): string {
  const parts = known(item.tokens).filter(({ type }) => type !== 'space' && type !== 'checkbox');
  const box = item.task ? `\\[${item.checked === true ? 'x' : ' '}\\] ` : '';
  const [first] = parts;
  const startsWithList = first === undefined || first.type === 'list';
  const head = startsWithList ? '' : blockOf(first);
  const rest = (startsWithList ? parts : parts.slice(1)).map((part) =>
    part.type === 'list' ? list(part, bullet) : blockOf(part),
  );
  return [`${bullet} ${box}${head}`, ...rest].join('\n');
}

function table({ header, rows }: Tokens.Table): string {
  const line = (bar: string, cells: readonly Tokens.TableCell[]): string =>
    `${bar}${cells.map(({ tokens }) => oneLine(known(tokens)) || ' ').join(bar)}${bar}`;
  return [line('||', header), ...rows.map((cells) => line('|', cells))].join('\n');
}

const oneLine = (tokens: readonly MarkdownToken[]): string => inline(tokens).replaceAll('\n', ' ');

function inline(tokens: readonly MarkdownToken[]): string {
  const parts = tokens.map((token) => ({ token, text: inlineOf(token) })).filter(({ text }) => text !== '');
  return parts.map(({ token, text }, at) => wrapped(token, text, parts[at - 1]?.text, parts[at + 1]?.text)).join('');
}

/** Within a word, marks count only in braces. */
function wrapped(token: MarkdownToken, text: string, before = '', after = ''): string {
  const mark = WRAPS[token.type];
  if (mark === undefined) return text;
  const isWithin = /[\p{L}\p{N}]$/u.test(before) || /^[\p{L}\p{N}]/u.test(after);
  return isWithin ? `{${mark}}${text}{${mark}}` : `${mark}${text}${mark}`;
}

function inlineOf(token: MarkdownToken): string {
  switch (token.type) {
    case 'strong':
    case 'em':
    case 'del':
      return inline(known(token.tokens));
    case 'link':
      return link(token);
    case 'codespan':
      return `{{${token.text.replace(/[{}]/g, '\\$&')}}}`;
    case 'mention':
      return `[~${token.person}]`;
    case 'br':
      return '\n';
    case 'checkbox':
      return '';
    case 'text':
      return token.tokens === undefined ? escapedWiki(token.text) : inline(known(token.tokens));
    default:
      return escapedWiki(token.type === 'escape' ? token.text : token.raw);
  }
}

/** A bar or a bracket in the address would end it. */
function link({ href, tokens, raw, text }: Tokens.Link): string {
  if (!isAddress(href)) return escapedWiki(raw);
  const address = href.replace(/[|[\]]/g, encodeURIComponent);
  return text === href ? `[${address}]` : `[${inline(known(tokens))}|${address}]`;
}
