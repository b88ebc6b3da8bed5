/** `fields` and `update` of one request: all values read, or all refusals at once, by field. */

import { customValue } from '../issues/custom-fields.js';
import { formOf } from '../issues/issue-desk.js';
import { fieldValue, type Scene } from '../issues/system-fields.js';
import type { Call } from '../model.js';
import { badRequest, Refusal } from '../refusal.js';
import { BadValue, type Edits, type FieldScene, fieldOfProject, readField } from './field-input.js';
import { type Body, isObject, type WriteDesk } from './write-desk.js';

/** What a request asks for, beside fields. */
export interface Update {
  readonly edits: Edits;
  /** Bodies of what is to be added. */
  readonly comments: readonly Body[];
  readonly worklogs: readonly Body[];
}

/** Known from elsewhere: not read as fields here. */
const IDENTITY: ReadonlySet<string> = new Set(['project', 'issuetype']);

/** @param place of the issue; null while it is not made. @param allowed ids of the fields on the screen; null for all */
export function readUpdate(
  scene: FieldScene,
  body: Body,
  place: number | null,
  allowed: ReadonlySet<string> | null = null,
): { readonly update: Update; readonly errors: Record<string, string> } {
  const fields = memberOf(body, 'fields');
  const operations = memberOf(body, 'update');
  const errors: Record<string, string> = {};
  let edits: Edits = {};
  const take = (id: string, read: () => Edits): void => {
    try {
      if (allowed !== null && !allowed.has(id))
        throw new BadValue(`Field '${id}' cannot be set. It is not on the appropriate screen, or unknown.`);
      edits = { ...edits, ...read() };
    } catch (error) {
      if (!(error instanceof BadValue)) throw error;
      errors[id] = error.message;
    }
  };
  for (const [id, value] of Object.entries(fields))
    if (place !== null || !IDENTITY.has(id)) take(id, () => readField(scene, id, value));
  const added: Record<'comment' | 'worklog', Body[]> = { comment: [], worklog: [] };
  for (const [id, list] of Object.entries(operations)) {
    if (!Array.isArray(list)) throw badRequest(`'update.${id}' must be a list.`);
    if (id === 'comment' || id === 'worklog') added[id].push(...list.map((one: unknown) => addedBody(one)));
    else if (id in fields) errors[id] = `Field '${id}' cannot appear in both 'fields' and 'update'`;
    else take(id, () => appliedTo(scene, id, list, place));
  }
  return { update: { edits, comments: added.comment, worklogs: added.worklog }, errors };
}

export function throwAny(errors: Readonly<Record<string, string>>): void {
  if (Object.keys(errors).length > 0) throw new Refusal(400, [], errors);
}

function memberOf(body: Body, name: string): Body {
  const value = body[name] ?? {};
  if (!isObject(value)) throw badRequest(`'${name}' must be an object.`);
  return value;
}

function addedBody(operation: unknown): Body {
  if (!isObject(operation) || !isObject(operation.add)) throw badRequest('Only the operation add is known here.');
  return operation.add;
}

/** The operations of one field, one after the other. */
export function appliedTo(scene: FieldScene, id: string, list: readonly unknown[], place: number | null): Edits {
  let edits: Edits = {};
  let now = place === null ? [] : listNow(scene.writes, scene.call, place, id);
  for (const operation of list) {
    const [verb, value] = isObject(operation) ? (Object.entries(operation)[0] ?? []) : [];
    if (verb === 'set') edits = readField(scene, id, value);
    else if (verb === 'add' || verb === 'remove') {
      if (fieldOfProject(scene, id)?.schema.type !== 'array' || id === 'customfield_10020')
        throw new BadValue(`Field does not support operation '${verb}'.`);
      const one = (Object.values(readField(scene, id, [value]))[0] as readonly unknown[])[0];
      const others = now.filter((entry) => nameOf(entry) !== nameOf(one));
      now = verb === 'add' ? [...others, one] : others;
      edits = { [id]: now };
    } else throw new BadValue(`Field does not support operation '${String(verb)}'.`);
    now = Object.values(edits).find(Array.isArray) ?? now;
  }
  return edits;
}

/** What tells two entries of a field apart. */
const nameOf = (entry: unknown): unknown => (isObject(entry) ? (entry.id ?? entry.accountId) : entry);

function listNow(writes: WriteDesk, call: Call, place: number, id: string): readonly unknown[] {
  const { site, desk } = writes;
  const scene: Scene = { site, shapes: desk.shapes(call), place, form: formOf(call), commentCap: 0 };
  const field = site.directory.fields.find((one) => one.id === id);
  const value = field?.custom === true ? customValue(scene, field) : fieldValue(scene, id);
  return Array.isArray(value) ? value : [];
}

/** A sub-task stays with its parent. */
export function edit(writes: WriteDesk, place: number, edits: Edits): void {
  try {
    if (Object.keys(edits).length > 0) writes.edits.updateIssue(writes.site.idOf(place), edits);
  } catch (error) {
    if (error instanceof RangeError) throw new Refusal(400, [error.message]);
    throw error;
  }
}
