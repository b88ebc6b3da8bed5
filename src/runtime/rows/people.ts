/**
 * Records without the people in them: account ids become pseudonyms, names become the pseudonym of their account, addresses, pictures
 * and time zones go. Ids are found by where they stand and, in any text, by their form. Full names are found in the texts of a record
 * that names the person elsewhere; other names inside free text cannot be found.
 */

import { isObject, own } from '../../core/json-path.js';
import { literally } from '../../core/literally.js';
import { TOO_DEEP } from '../../http/parse.js';

export interface Mask {
  /** The same pseudonym for the same id or address. */
  pseudonym(id: string): string;
  /** Ids and names, in lower case, of fields whose values are people. */
  readonly fields: ReadonlySet<string>;
}

type Json = Readonly<Record<string, unknown>>;

/** `712020:<uuid>`, `qm:<uuid>:<id>`, 24 hexadecimal digits, and Data Center's `JIRAUSER10100`; also as part of an address. */
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const COLON = '(?::|%3A)';
const ACCOUNT = `(?:qm${COLON}${UUID}${COLON}[0-9a-zA-Z-]+|(?:[0-9]{5,6}|ug|qm)${COLON}${UUID}|[0-9a-f]{24}|JIRAUSER[0-9]+)`;
const MENTION = /\[~(?:accountid:)?([^\]\s]+)\]/g;
/** In an address the character before an id may be an encoded one. */
const ACCOUNTS = new RegExp(`(?:(?<![A-Za-z0-9_-])|(?<=%[0-9A-F]{2}))${ACCOUNT}(?![A-Za-z0-9_-])`, 'g');
const ADDRESS = /[\p{L}\p{N}._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/gu;
/** One of these is in every text that any of the patterns matches; most texts are done with after this look. */
const SUSPICIOUS = /[0-9a-f]{12}|JIRAUSER|@|\[~/;

/** Members whose text is the id of a person, whatever its form. */
const BARE_IDS = new Set([
  'authorAccountId',
  'authorKey',
  'leadAccountId',
  'leadUserName',
  'driver',
  'userKey',
  'tmpFromAccountId',
  'tmpToAccountId',
]);
const IDS_OF_PERSON = ['accountId', 'userAccountId', 'key', 'name', 'id'] as const;
const BECOME_PSEUDONYM = new Set<string>([...IDS_OF_PERSON, 'userId', 'displayName', 'publicName', 'username']);
const GO = new Set(
  'self emailAddress email avatarUrls avatarUrl avatarURI timeZone locale nickname url remoteAddress displayNameKey'.split(
    ' ',
  ),
);
/** What only a person has beside a display name. */
const MARKS = ['emailAddress', 'accountType', 'active', 'timeZone'];
/** Participants of a `historyMetadata`. */
const PARTICIPANTS = new Set(['actor', 'cause', 'generator']);

const WITHHELD = 'withheld: people in it could not be found';

export function withoutPeople(value: unknown, mask: Mask): unknown {
  const names = new Map<string, string>();
  learnNames(value, '');
  const longestFirst = [...names.keys()].sort((a, b) => b.length - a.length).map(literally);
  const named = names.size === 0 ? null : new RegExp(`(?<!\\p{L})(?:${longestFirst.join('|')})(?!\\p{L})`, 'gu');
  return walk(value, '');

  function learnNames(one: unknown, under: string): void {
    if (Array.isArray(one)) for (const element of one) learnNames(element, under);
    if (!isObject(one)) return;
    const name = own(one, 'displayName');
    // A single word may well be another word of the language.
    if (typeof name === 'string' && /\S\s+\S/.test(name) && isPerson(one, under))
      names.set(name, pseudonymOf(one) ?? '');
    for (const [key, member] of Object.entries(one)) learnNames(member, key);
  }

  function textWithout(text: string): string {
    const left = withoutIds(text, mask);
    return named ? left.replace(named, (name) => names.get(name) ?? '') : left;
  }

  function pseudonymOf(person: Json): string | null {
    const known = [own(own(person, 'actorUser'), 'accountId'), ...IDS_OF_PERSON.map((key) => own(person, key))].find(
      (id) => typeof id === 'string' && id !== '',
    );
    return known === undefined ? null : mask.pseudonym(String(known));
  }

  function walk(one: unknown, under: string): unknown {
    if (typeof one === 'string') return BARE_IDS.has(under) && one !== '' ? mask.pseudonym(one) : textWithout(one);
    if (Array.isArray(one)) return one.map((element) => walk(element, under));
    if (!isObject(one)) return one;
    // JSON as text hides its people from a walk.
    if (Object.hasOwn(one, TOO_DEEP)) return { [TOO_DEEP]: WITHHELD };
    if (isPerson(one, under)) return personOf(one);
    const special = historyItem(one) ?? mention(one) ?? holder(one) ?? {};
    const members = Object.entries(one).filter(([key]) => key !== 'remoteAddress');
    return Object.fromEntries(
      members.map(([key, member]) => [
        textWithout(key),
        Object.hasOwn(special, key) ? special[key] : walk(member, key),
      ]),
    );
  }

  function personOf(person: Json): Json {
    const pseudonym = pseudonymOf(person);
    const members = Object.entries(person).filter(([key]) => !GO.has(key));
    return Object.fromEntries(
      members.map(([key, member]) => [
        key,
        BECOME_PSEUDONYM.has(key) && typeof member === 'string' ? pseudonym : walk(member, key),
      ]),
    );
  }

  /** A changed field: where its values are people, the words are their names. */
  function historyItem(item: Json): Json | null {
    if (!Object.hasOwn(item, 'fromString') && !Object.hasOwn(item, 'toString')) return null;
    const sides = [own(item, 'from'), own(item, 'to')].map((side) => (typeof side === 'string' ? side : null));
    const named = [own(item, 'fieldId'), own(item, 'field')].some((id) => mask.fields.has(String(id).toLowerCase()));
    if (!named && !sides.some((side) => side !== null && ONE_OR_MORE.test(side))) return null;
    const [from = null, to = null] = sides.map((side) => side && idList(side, mask));
    return { from, fromString: from, to, toString: to };
  }

  /** A node of a rich text document. */
  function mention(node: Json): Json | null {
    const attrs = own(node, 'attrs');
    const id = own(attrs, 'id');
    if (own(node, 'type') !== 'mention' || !isObject(attrs)) return null;
    const pseudonym = typeof id === 'string' && id !== '' ? mask.pseudonym(id) : null;
    return { attrs: { ...attrs, id: pseudonym, text: pseudonym && `@${pseudonym}` } };
  }

  /** Who holds a permission, is told of an event, or (typeName) was changed by an administrator. */
  function holder(one: Json): Json | null {
    const kinds = [own(one, 'type'), own(one, 'notificationType'), own(one, 'typeName')];
    if (!kinds.some((kind) => typeof kind === 'string' && kind.toLowerCase() === 'user')) return null;
    const hidden = ['parameter', 'value', 'id', 'name'].flatMap((key) => {
      const text = own(one, key);
      const isId =
        typeof text === 'string' && (key === 'parameter' || key === 'value' || Object.hasOwn(one, 'typeName'));
      return isId ? [[key, mask.pseudonym(text)] as const] : [];
    });
    return Object.fromEntries(hidden);
  }
}

const ONE_OR_MORE = new RegExp(`^\\[?${ACCOUNT}(?:, *${ACCOUNT})*\\]?$`);

function idList(text: string, mask: Mask): string {
  const ids = text.replace(/^\[|\]$/g, '').split(/, */);
  return ids.map((id) => (id === '' ? '' : mask.pseudonym(id))).join(', ');
}

function isPerson(one: Json, under: string): boolean {
  if (typeof own(one, 'accountId') === 'string' || typeof own(one, 'userAccountId') === 'string') return true;
  if (typeof own(one, 'displayName') !== 'string') return false;
  // Who has a project role: the account lies one level deeper, or is a login name alone.
  if (own(one, 'type') === 'atlassian-user-role-actor') return true;
  const self = own(one, 'self');
  return (
    PARTICIPANTS.has(under) ||
    MARKS.some((mark) => Object.hasOwn(one, mark)) ||
    (typeof self === 'string' && self.includes('/user?'))
  );
}

function withoutIds(text: string, mask: Mask): string {
  if (!SUSPICIOUS.test(text)) return text;
  return text
    .replace(MENTION, (_, id: string) => `[~${mask.pseudonym(id)}]`)
    .replace(ACCOUNTS, (id) => mask.pseudonym(id.replaceAll('%3A', ':')))
    .replace(ADDRESS, (address) => mask.pseudonym(address.toLowerCase()));
}
