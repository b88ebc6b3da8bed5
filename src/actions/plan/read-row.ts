/** Cells to contents: each input by its type, each other cell as a field of the issue. Asks the site for nothing but its list of fields. */
import type { Json } from '../../contract/table.js';
import { isObject, own } from '../../core/json-path.js';
import { didYouMean } from '../../core/yaml-file.js';
import type { InputDecl, InputType } from '../registry/action-file.js';
import type { Action } from '../registry/registry.js';
import { type Field, fieldCalled } from '../site/fields.js';
import { BadValue, quoted } from '../values/bad-value.js';
import { nameIn, textIn } from '../values/cell.js';
import { secondsOf } from '../values/duration.js';
import { estimateOf } from '../values/estimate.js';
import { jiraMoment } from '../values/instant.js';
import { labelOf, listOf } from '../values/lists.js';
import { readersOf } from '../values/readers.js';
import type { InputRow, ReadRow } from './change.js';
import { isRich } from './field-value.js';
import { issueName, issuesInField } from './issues-named.js';
import { MARKUPS, type Markup } from './rich-text.js';

export interface Reading {
  /** What texts are written in where their row does not say it; default: plain. */
  readonly markup?: Markup | undefined;
  /** Null for an action that takes no further fields. */
  readonly fields: readonly Field[] | null;
  readonly timeZone: string | null;
  /** What a file is: its path, name, size and digest. @throws BadValue for one that may not be sent */
  readonly fileFacts?: ((name: string) => Json) | undefined;
}

type Read = (value: Json, input: InputDecl, reading: Reading) => Json;

const text: Read = (value) => textIn(value).trim();
const list: Read = (value) => listOf(value).map(textIn);
/** By id where it has one: a name may be that of several. */
const NAMED = ['id', 'name'];
const named: Read = (value) => nameIn(value, NAMED).trim();

const truth: Read = (value) => {
  const word = String(value).trim().toLowerCase();
  if (word !== 'true' && word !== 'false') throw new BadValue(`expected true or false, got ${quoted(value)}`);
  return word === 'true';
};

const READ: Readonly<Record<InputType, Read>> = {
  text,
  names: list,
  ids: list,
  labels: (value) => listOf(value).map(labelOf),
  number: (value) => {
    const found = Number(value);
    if (!Number.isInteger(found)) throw new BadValue(`expected a whole number, got ${quoted(value)}`);
    return found;
  },
  boolean: truth,
  internal: truth,
  choice: (value, { values = [] }) => {
    const word = String(value).trim();
    if (!values.includes(word))
      throw new BadValue(`expected one of ${values.join(', ')}, got ${quoted(value)}.${didYouMean(word, values)}`);
    return word;
  },
  id: (value) => {
    const id = String(value).trim();
    if (!/^[1-9]\d{0,18}$/.test(id)) throw new BadValue(`expected an id, a number, got ${quoted(value)}`);
    return id;
  },
  duration: (value) => secondsOf(String(value)),
  instant: (value, _, { timeZone }) => jiraMoment(String(value), timeZone),
  rich_text: (value) => (isObject(value) ? value : textIn(value).replaceAll('\r\n', '\n')),
  issue: (value) => issueName(nameIn(value, ['key', 'id'])),
  project: (value) => nameIn(value, ['key']).trim().toUpperCase(),
  issue_type: named,
  link_type: named,
  transition: named,
  transitions: (value) => listOf(value).map((one) => nameIn(one, NAMED)),
  user: (value) => nameIn(value, ['accountId', 'name']).trim(),
  visibility: readersOf,
  file: (value, _, { fileFacts }) => {
    if (fileFacts === undefined) throw new BadValue('no file can be sent from here');
    if (!isObject(value)) return fileFacts(String(value));
    // Of a row that failed.
    const path = String(own(value, 'path'));
    const now = fileFacts(path);
    if (own(now, 'sha256') !== own(value, 'sha256'))
      throw new BadValue(`${quoted(path)} is not the file that it was; write it as a new row`);
    return now;
  },
  // It is what was written, whatever a later version turns it into.
  estimate: (value) => {
    const written = String(value).trim();
    estimateOf(written);
    return written;
  },
};

export function readRow(action: Action, { line, cells }: InputRow, reading: Reading): ReadRow {
  const content: Record<string, Json> = {};
  const errors: string[] = [];
  for (const [name, value] of Object.entries(cells)) {
    try {
      const [key, read] = readCell(action, name, value, reading);
      if (Object.hasOwn(content, key)) throw new BadValue('it is given twice');
      content[key] = read;
    } catch (error) {
      if (!(error instanceof BadValue)) throw error;
      errors.push(`${name}: ${error.message}`);
    }
  }
  for (const [name, { required, about }] of Object.entries(action.input))
    if (required && (content[name] ?? null) === null && !errors.some((error) => error.startsWith(`${name}: `)))
      errors.push(`${name}: is missing. ${about}`);
  return { line, content: markedUp(action, content, reading), errors: [...errors, ...outOfPlace(action, content)] };
}

/** Plain texts say nothing of it, nor do rows without a text. */
function markedUp({ input }: Action, content: ReadRow['content'], { markup = 'plain', fields }: Reading) {
  const isText = ([name, value]: [string, Json]) => {
    const field = fields?.find(({ id }) => id === name);
    const takes = input[name] === undefined ? field !== undefined && isRich(field) : input[name].type === 'rich_text';
    return takes && typeof value === 'string';
  };
  return markup === 'plain' || !Object.entries(content).some(isText) ? content : { markup, ...content };
}

/** Inputs that another one asks for, or leaves no place for. */
function outOfPlace({ input }: Action, content: Readonly<Record<string, Json>>): readonly string[] {
  return Object.entries(input).flatMap(([name, { when = {} }]) =>
    Object.entries(when).flatMap(([other, value]) => {
      const [isGiven, isAsked] = [(content[name] ?? null) !== null, content[other] === value];
      if (isGiven === isAsked) return [];
      return isAsked
        ? [`${name}: is missing; ${other} ${value} needs it. ${input[name]?.about}`]
        : [`${name}: goes with ${other} ${value} alone, which is not said`];
    }),
  );
}

/** What its texts are written in: another markup makes another content. */
const MARKUP: InputDecl = {
  type: 'choice',
  values: [...MARKUPS],
  put: 'body.markup',
  about: 'What the texts of the row are written in.',
};

/** Of the content of a row. */
export const markupOf = (content: Readonly<Record<string, Json>>): Markup =>
  MARKUPS.find((one) => one === content.markup) ?? 'plain';

function readCell(action: Action, name: string, value: Json, reading: Reading): readonly [key: string, read: Json] {
  const input = Object.hasOwn(action.input, name) ? action.input[name] : undefined;
  if (input) return [name, value === null ? null : READ[input.type](value, input, reading)];
  if (name === 'markup') return [name, READ.choice(value, MARKUP, reading)];
  if (reading.fields === null)
    throw new BadValue(`${action.action} has no such input.${didYouMean(name, Object.keys(action.input))}`);
  const field = fieldCalled(reading.fields, name);
  // `Labels` is the input `labels`, and `Description` the input `text`: a field that an input sets is read as that.
  const setBy = Object.entries(action.input).find(([, { put }]) => put === `${action.fields}.${field.id}`);
  if (setBy !== undefined) return readCell(action, setBy[0], value, reading);
  if (field.id === 'project') throw new BadValue('an issue is not moved to another project by this; move it in Jira');
  issuesInField(field, value).forEach(issueName);
  return [field.id, typeof value === 'number' ? String(value) : value];
}
