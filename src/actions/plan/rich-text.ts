/** Text for people in the form that a kind of site takes: a document on Cloud, wiki markup on Data Center. */

import type { Dialect } from '../../contract/dialect.js';
import type { Json } from '../../contract/table.js';
import { isObject, own } from '../../core/json-path.js';
import { plainDocument } from '../text/adf.js';
import { markdownDocument } from '../text/markdown-adf.js';
import { markdownWiki } from '../text/markdown-wiki.js';
import { escapedWiki } from '../text/wiki-escape.js';
import { BadValue } from '../values/bad-value.js';
import { textIn } from '../values/cell.js';

export const MARKUPS = ['plain', 'markdown', 'adf', 'wiki'] as const;
export type Markup = (typeof MARKUPS)[number];

/** Jira refuses longer ones. */
const LONGEST = 32_767;

/** An object is a document, whatever the markup. @throws BadValue for a text that is too long, or no document where one was promised */
export function richText(dialect: Dialect, markup: Markup, value: Json): Json {
  if (markup === 'adf' || isObject(value)) return document(dialect, value);
  const text = textIn(value).replaceAll('\r\n', '\n');
  if (text.length > LONGEST) throw new BadValue(`the text has ${text.length} characters; Jira takes ${LONGEST}`);
  if (dialect === 'datacenter')
    return markup === 'wiki' ? text : markup === 'markdown' ? markdownWiki(text) : escapedWiki(text);
  if (markup === 'wiki') throw new BadValue('Jira Cloud takes no wiki markup here; give plain text, markdown or adf');
  return markup === 'markdown' ? markdownDocument(text) : plainDocument(text);
}

function document(dialect: Dialect, value: Json): Json {
  const found: Json = typeof value === 'string' ? parsed(value) : value;
  if (dialect === 'datacenter') throw new BadValue('Data Center takes no ADF; give plain text or wiki markup');
  if (own(found, 'type') !== 'doc' || own(found, 'version') !== 1)
    throw new BadValue('expected an ADF document: {"type":"doc","version":1,"content":[…]}');
  return found;
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new BadValue('expected an ADF document as JSON, got text that is no JSON');
  }
}
