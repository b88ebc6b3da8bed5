/** Whether a value that Jira shows is the one that was sent: it answers with more than it was given. */
import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../contract/table.js';
import { isObject, own } from '../../core/json-path.js';
import { isInSprint, presentSprint } from './sprint.js';

/** Members by which Jira names a thing: one that both have decides. */
const NAMES = ['accountId', 'id', 'key', 'value', 'name', 'identifier'];

const has = (thing: unknown, name: string) => (own(thing, name) ?? null) !== null;
/** Readers go by their type, too: a role and a group may have one name. */
const areReaders = (thing: unknown) => has(thing, 'type') && (has(thing, 'value') || has(thing, 'identifier'));

/** @param sent null for nothing */
export function isSame(shown: unknown, sent: Json): boolean {
  const sprint = presentSprint(shown);
  // It may be in a closed one, too.
  if (sprint !== undefined) return sprint === sent || isInSprint(shown, sent);
  if (sent === null || sent === '') return shown === null || shown === undefined || shown === '' || isEmptyList(shown);
  if (Array.isArray(sent)) return Array.isArray(shown) && isSameList(shown, sent);
  if (isObject(sent)) return isDocument(sent) ? isSameDocument(shown, sent) : isSameThing(shown, sent);
  if (typeof sent === 'string') return sameText(typeof shown === 'number' ? String(shown) : shown, sent);
  return shown === sent;
}

const isEmptyList = (value: unknown) => Array.isArray(value) && value.length === 0;
const isDocument = (value: unknown) => own(value, 'type') === 'doc';

/** Moments are shown in another zone than they were sent in. */
function sameText(shown: unknown, sent: string): boolean {
  if (typeof shown !== 'string') return false;
  if (shown === sent || shown.replaceAll('\r\n', '\n') === sent.replaceAll('\r\n', '\n')) return true;
  const isMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;
  return isMoment.test(shown) && isMoment.test(sent) && momentOf(shown) === momentOf(sent);
}

/** Epoch milliseconds of a moment as Jira writes it, `…+0100`; NaN for what is none. */
export const momentOf = (text: unknown): number => Date.parse(String(text).replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));

/** In any order. */
function isSameList(shown: readonly unknown[], sent: readonly Json[]): boolean {
  if (shown.length !== sent.length) return false;
  const left = [...shown];
  return sent.every((one) => {
    const at = left.findIndex((other) => isSame(other, one));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function isSameThing(shown: unknown, sent: Readonly<Record<string, unknown>>): boolean {
  if (!isObject(shown)) return false;
  if (areReaders(sent) && own(shown, 'type') !== own(sent, 'type')) return false;
  const name = NAMES.find((one) => has(shown, one) && has(sent, one));
  if (name === undefined) return false;
  const isIt = String(own(shown, name)).toLowerCase() === String(own(sent, name)).toLowerCase();
  // An option alone clears the one below it.
  return isIt && isSame(own(shown, 'child'), (own(sent, 'child') ?? null) as Json);
}

function isSameDocument(shown: unknown, sent: unknown): boolean {
  return isDocument(shown) && isSameNode(shown, sent);
}

function isSameNode(shown: unknown, sent: unknown): boolean {
  return (
    own(shown, 'type') === own(sent, 'type') &&
    (own(shown, 'text') ?? null) === (own(sent, 'text') ?? null) &&
    haveSameAttrs(own(shown, 'attrs'), own(sent, 'attrs')) &&
    areSameNodes(byType(own(shown, 'marks')), byType(own(sent, 'marks'))) &&
    areSameNodes(listIn(own(shown, 'content')), listIn(own(sent, 'content')))
  );
}

const areSameNodes = (shown: readonly unknown[], sent: readonly unknown[]): boolean =>
  shown.length === sent.length && sent.every((one, at) => isSameNode(shown[at], one));

const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
/** Marks have no order. */
const byType = (marks: unknown) =>
  [...listIn(marks)].sort((a, b) => (String(own(a, 'type')) < String(own(b, 'type')) ? -1 : 1));

/** How a node is laid out or counted: Jira's editor sets them as it likes. */
const LAYOUT: ReadonlySet<string> = new Set([
  ...['localId', 'layout', 'width', 'height', 'colwidth', 'isNumberColumnEnabled', 'displayMode', 'occurrenceKey'],
  ...['accessLevel', 'userType'],
]);
/** What an attribute is where nothing is said of it: taken away, it shows as before. */
const UNSAID: Readonly<Record<string, unknown>> = { language: '', title: '', order: 1 };

/** Jira adds attributes to what it stores: those that were sent count. */
function haveSameAttrs(shown: unknown, sent: unknown): boolean {
  const told = (attrs: unknown, name: string) => own(attrs, name) ?? own(UNSAID, name) ?? null;
  // Beside an id the text is the name of a person, as it was then.
  const isName = (name: string) => name === 'text' && has(sent, 'id');
  return [...Object.keys(isObject(sent) ? sent : {}), ...Object.keys(UNSAID)]
    .filter((name) => !LAYOUT.has(name) && !isName(name))
    .every((name) => isDeepStrictEqual(told(shown, name), told(sent, name)));
}

/** A value as Jira shows it, in the form in which it can be set again. */
export function settable(shown: unknown): Json {
  if (shown === null || shown === undefined) return null;
  const sprint = presentSprint(shown);
  if (sprint !== undefined) return sprint;
  if (Array.isArray(shown)) return shown.map(settable);
  if (!isObject(shown) || isDocument(shown)) return shown as Json;
  // People of Data Center have a key, too, and are set by login name.
  const isLogin = has(shown, 'displayName') && has(shown, 'name') && !has(shown, 'accountId');
  const name = isLogin ? 'name' : NAMES.find((one) => has(shown, one));
  const child = own(shown, 'child');
  if (name === undefined) return shown as Json;
  const type: Readonly<Record<string, Json>> = areReaders(shown) ? { type: own(shown, 'type') as Json } : {};
  const thing = { ...type, [name]: own(shown, name) as Json };
  return child === undefined ? thing : { ...thing, child: settable(child) };
}
