/** What makes a row the same row: connection, action, its whole content, and how many equal ones stand before it. The name of a file has no part in it. */
import { createHash } from 'node:crypto';
import type { Json } from '../../contract/table.js';
import { isObject, own } from '../../core/json-path.js';

/** A namespace of our own for UUIDs by name (RFC 9562, version 5). */
const NAMESPACE = Buffer.from('5d0b8c1e6a1f4d0f9a550c2b6d1f7e33', 'hex');

export interface Identity {
  readonly connection: string;
  readonly action: string;
  readonly content: Json;
  /** 0 for the first of equal rows. */
  readonly number: number;
  /** Given by a person who wants it done once more. */
  readonly again?: string | undefined;
}

export function actionId({ connection, action, content, number, again }: Identity): string {
  return uuidOf(canonical([connection, action, identified(content), number, again ?? null]));
}

/** Equal for equal rows. */
export const contentKey = (content: Json): string => canonical(identified(content));

/** A file is what it holds, wherever it lies. */
function identified(content: Json): Json {
  const file = own(content, 'file');
  return isObject(file) && isObject(content) ? { ...content, file: { ...file, path: null } } : content;
}

/** JSON with the members of objects in order: equal values have equal texts. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name] as Json)}`).join()}}`;
}

/** Of a set of rows in their order: a set with one row more, less or changed has another one. */
export const digestOf = (ids: readonly string[]): string =>
  createHash('sha256').update(ids.join('\n')).digest('hex').slice(0, 16);

function uuidOf(name: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
