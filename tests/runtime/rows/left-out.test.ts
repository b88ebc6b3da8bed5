/** A field that was to be left out must not come in by another door: an embedded issue, a history. */
import { expect, test } from 'vitest';
import { withoutElements, withoutFields } from '../../../src/runtime/rows/left-out.js';

const leftOut = { ids: new Set(['summary', 'customfield_1']), words: new Set(['summary', 'customfield_1', 'salary']) };

test('values go from the record and from the records inside it, and from nothing else', () => {
  const inner = (fields: object) => ({ id: '2', fields });
  const record = (fields: object, embedded: object) => ({
    ...{ id: '1', summary: 'not a field' },
    fields: { status: { id: '1', summary: 'x' }, ...fields, parent: inner(embedded), subtasks: [inner(embedded)] },
  });
  const [values, embedded] = [
    { summary: 'a', customfield_1: 1 },
    { summary: 'b', status: 1 },
  ];
  expect(withoutFields(record(values, embedded), 'fields', leftOut)).toEqual(record({}, { status: 1 }));
});

test('history items go by their id, and without one by their name in any case', () => {
  const keys = { list: 'items', id: 'fieldId', name: 'field' };
  const items = [
    { field: 'Pay', fieldId: 'customfield_1' },
    { field: 'Salary' },
    // Another field of the same name, told by its id.
    { field: 'Salary', fieldId: 'customfield_2' },
    { field: 'status' },
  ];
  const { record, dropped } = withoutElements({ id: '7', items }, keys, leftOut);
  expect(dropped).toBe(2);
  expect(record).toEqual({ id: '7', items: items.slice(2) });
  expect(withoutElements({ id: '7', items: null }, keys, leftOut)).toEqual({
    record: { id: '7', items: null },
    dropped: 0,
  });
});
