/** Finds the names and addresses of a person in rows: they stand beside the id, in columns and in JSON texts. No I/O. */
import { FORMER, idBeside } from './person.js';

/** Keys of JSON objects of users that hold a name or an address. */
const USER_TEXTS = ['displayName', 'display_name', 'emailAddress', 'email_address'];
/** Keys whose value is the id, and the keys beside it that then hold a name. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  accountId: USER_TEXTS,
  account_id: USER_TEXTS,
  key: USER_TEXTS,
  name: USER_TEXTS,
  // A mention in a document names its person with an @ before.
  id: ['text', ...USER_TEXTS],
  from: ['fromString'],
  to: ['toString'],
};

/** @param value a row, or any part of it @param found receives names and addresses */
export function findTexts(value: unknown, id: string, found: Set<string>): void {
  if (typeof value === 'string') findInJson(value, id, found);
  else if (Array.isArray(value)) for (const one of value) findTexts(one, id, found);
  else if (typeof value === 'object' && value !== null) findInObject(new Map(Object.entries(value)), id, found);
}

export function isAddress(text: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(text);
}

function findInObject(members: ReadonlyMap<string, unknown>, id: string, found: Set<string>): void {
  for (const [key, value] of members) {
    if (value === id) for (const beside of BESIDE[key] ?? []) add(members.get(beside), id, found);
    const idKey = idBeside(key);
    if (idKey !== null && members.get(idKey) === id) add(value, id, found);
    findTexts(value, id, found);
  }
}

function findInJson(text: string, id: string, found: Set<string>): void {
  if (!/^\s*[{[]/.test(text) || !text.includes(id)) return;
  try {
    findTexts(JSON.parse(text), id, found);
  } catch {
    // A text that merely begins like JSON.
  }
}

/** A single letter is no name to look for in other texts. */
function add(text: unknown, id: string, found: Set<string>): void {
  if (typeof text !== 'string') return;
  const name = text.replace(/^@/, '').trim();
  if (Array.from(name).length >= 2 && name !== id && name !== FORMER && !name.includes('\0')) found.add(name);
}
