/** Values of fields in the form that a bulk edit takes: each kind of field has one of its own. */
import type { Json } from '../../contract/table.js';
import { own } from '../../core/json-path.js';

type Forms = { readonly [form: string]: Json };

const isText = (value: Json): value is string => typeof value === 'string';

/** Forms by the field, for those whose value is sent by an id or a text that a task takes as it is. */
const KNOWN: Readonly<Record<string, (value: Json) => Forms | null>> = {
  labels: (value) =>
    Array.isArray(value) && value.every(isText)
      ? {
          labelsFields: [
            { fieldId: 'labels', bulkEditMultiSelectFieldOption: 'REPLACE', labels: value.map((name) => ({ name })) },
          ],
        }
      : null,
  duedate: (value) =>
    isText(value) ? { datePickerFields: [{ fieldId: 'duedate', date: { formattedDate: value } }] } : null,
  assignee: (value) => {
    const accountId = own(value, 'accountId');
    if (typeof accountId !== 'string') return null;
    return { singleSelectClearableUserPickerFields: [{ fieldId: 'assignee', user: { accountId } }] };
  },
  priority: (value) => {
    const id = own(value, 'id');
    return typeof id === 'string' ? { priority: { priorityId: id } } : null;
  },
};

/** Null where a field, or a value, has no form that is known to do the same as a single edit. */
export function editedFields(fields: Readonly<Record<string, Json>>): Forms | null {
  const names = Object.keys(fields);
  const forms: Record<string, Json> = {};
  for (const name of names) {
    const value = fields[name] ?? null;
    const made = (Object.hasOwn(KNOWN, name) ? KNOWN[name]?.(value) : undefined) ?? numberForm(name, value);
    if (made === null) return null;
    for (const [form, entry] of Object.entries(made)) forms[form] = joined(forms[form], entry);
  }
  return names.length === 0 ? null : forms;
}

function numberForm(fieldId: string, value: Json): Forms | null {
  return fieldId.startsWith('customfield_') && typeof value === 'number'
    ? { clearableNumberFields: [{ fieldId, value }] }
    : null;
}

const joined = (before: Json | undefined, entry: Json): Json =>
  Array.isArray(before) && Array.isArray(entry) ? [...before, ...entry] : entry;
