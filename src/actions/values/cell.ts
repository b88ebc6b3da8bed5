/** A cell as text. An object would become `[object Object]`, a list its parts with commas: both would be written, and believed. */
import type { Json } from '../../contract/table.js';
import { isObject, own } from '../../core/json-path.js';
import { BadValue, quoted } from './bad-value.js';

/** @throws BadValue for an object, a list, or nothing */
export function textIn(value: Json): string {
  if (typeof value === 'object') throw new BadValue(`expected a text, got ${quoted(value)}`);
  return String(value);
}

/** What a thing goes by, be it as text or in the form of Jira's API. @param members by which it may say its name there, the first one decides */
export function nameIn(value: Json, members: readonly string[]): string {
  if (!isObject(value)) return textIn(value);
  const name = members.map((member) => own(value, member) ?? null).find((one) => one !== null);
  if (name === undefined)
    throw new BadValue(`expected a name, or an object with ${members.join(' or ')}, got ${quoted(value)}`);
  return textIn(name as Json);
}
