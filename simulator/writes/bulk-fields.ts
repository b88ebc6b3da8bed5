/** `editedFieldsInput` of a bulk edit: every kind of field has a form of its own, which here becomes that of a single edit. */

import { badRequest } from '../refusal.js';
import { BadValue, type Edits, type FieldScene, readField } from './field-input.js';
import { appliedTo } from './update-input.js';
import { type Body, isObject } from './write-desk.js';

interface Form {
  /** Where the value is in an entry, and how a single edit writes it. */
  readonly value: (entry: Body) => unknown;
  /** One of ADD, REMOVE, REPLACE, REMOVE_ALL comes with it. */
  readonly many?: boolean;
  /** The entry stands alone, for this field. */
  readonly field?: string;
}

const member = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);
const each = (value: unknown, make: (one: unknown) => unknown): unknown[] =>
  Array.isArray(value) ? value.map(make) : [];
const idFrom = (name: string) => (one: unknown) => ({ id: String(member(one, name)) });

const FORMS: Readonly<Record<string, Form>> = {
  labelsFields: { value: ({ labels }) => each(labels, (one) => member(one, 'name')), many: true },
  multipleVersionPickerFields: { value: ({ versions }) => each(versions, idFrom('versionId')), many: true },
  multiselectComponents: {
    value: ({ components }) => each(components, idFrom('componentId')),
    many: true,
    field: 'components',
  },
  multipleSelectFields: { value: ({ options }) => each(options, idFrom('optionId')) },
  singleLineTextFields: { value: ({ text }) => text },
  urlFields: { value: ({ url }) => url },
  richTextFields: { value: ({ richText }) => member(richText, 'adfValue') ?? null },
  clearableNumberFields: { value: ({ value }) => value ?? null },
  datePickerFields: { value: ({ date }) => member(date, 'formattedDate') ?? null },
  singleSelectFields: { value: ({ option }) => idFrom('optionId')(option) },
  singleSelectClearableUserPickerFields: { value: ({ user }) => user ?? null },
  singleVersionPickerFields: { value: ({ version }) => idFrom('versionId')(version) },
  priority: { value: ({ priorityId }) => ({ id: String(priorityId) }), field: 'priority' },
};

/** What is to be done to each issue of the operation. Throws a 400 for a form it does not know and for an action without its value. */
export function readBulkFields(input: Body, actions: readonly string[]): (scene: FieldScene, place: number) => Edits {
  const entries = Object.entries(input).flatMap(([name, given]) => {
    const form = FORMS[name];
    if (form === undefined) throw badRequest(`'${name}' cannot be edited in bulk here.`);
    return (Array.isArray(given) ? given : [given]).map((entry: unknown) => {
      if (!isObject(entry)) throw badRequest(`'${name}' must hold objects.`);
      return { id: form.field ?? String(entry.fieldId), form, entry };
    });
  });
  for (const action of actions)
    if (!entries.some(({ id }) => id === action)) throw badRequest(`No value was given for the field '${action}'.`);
  const wanted = entries.filter(({ id }) => actions.includes(id));
  return (scene, place) =>
    Object.assign({}, ...wanted.map(({ id, form, entry }) => edits(scene, place, id, form, entry))) as Edits;
}

function edits(scene: FieldScene, place: number, id: string, form: Form, entry: Body): Edits {
  const value = form.value(entry);
  if (form.many !== true) return readField(scene, id, value);
  const how = entry.bulkEditMultiSelectFieldOption;
  if (how === 'REMOVE_ALL') return readField(scene, id, []);
  if (how === 'REPLACE') return readField(scene, id, value);
  if (how !== 'ADD' && how !== 'REMOVE')
    throw new BadValue(`'${String(how)}' is not a way to edit a field of many values.`);
  const verb = how === 'ADD' ? 'add' : 'remove';
  return appliedTo(
    scene,
    id,
    each(value, (one) => ({ [verb]: one })),
    place,
  );
}
