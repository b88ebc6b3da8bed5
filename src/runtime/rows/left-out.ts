/** Fields that the settings leave out, taken out of records before anything is made of them. */
import { isObject, own } from '../../core/json-path.js';

export interface LeftOut {
  readonly ids: ReadonlySet<string>;
  /** Ids and names in lower case: histories name fields in their own way, and not always by id. */
  readonly words: ReadonlySet<string>;
}

/** Without the values of those fields wherever an object lies under `key`: in the record, and in the records inside it (a parent issue). */
export function withoutFields(value: unknown, key: string, { ids }: LeftOut): unknown {
  const walk = (one: unknown, under: string): unknown => {
    if (Array.isArray(one)) return one.map((element) => walk(element, under));
    if (!isObject(one)) return one;
    const members = Object.entries(one).filter(([name]) => under !== key || !ids.has(name));
    return Object.fromEntries(members.map(([name, member]) => [name, walk(member, name)]));
  };
  return walk(value, '');
}

/** Without the elements that tell of those fields. An element without an id is judged by its name. */
export function withoutElements(
  record: unknown,
  { list, id, name }: { readonly list: string; readonly id: string; readonly name: string },
  { ids, words }: LeftOut,
): { readonly record: unknown; readonly dropped: number } {
  const elements = own(record, list);
  if (!isObject(record) || !Array.isArray(elements)) return { record, dropped: 0 };
  const kept = elements.filter((element) => {
    const known = own(element, id);
    return typeof known === 'string' ? !ids.has(known) : !words.has(String(own(element, name)).toLowerCase());
  });
  const dropped = elements.length - kept.length;
  return { record: dropped === 0 ? record : { ...record, [list]: kept }, dropped };
}
