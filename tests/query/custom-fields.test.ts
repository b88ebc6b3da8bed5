import { expect, test } from 'vitest';
import { customColumns, fieldWords } from '../../src/query/business-views/custom-fields.js';
import { DUCKDB } from '../../src/query/business-views/duck-dialect.js';
import type { Field } from '../../src/writers/iceberg/model.js';

const text = (name: string, doc: string): Field => ({ id: 1, name, required: false, type: 'string', doc });
const namesOf = (fields: readonly Field[], taken: readonly string[] = []) =>
  customColumns(fields, taken, fieldWords(DUCKDB, 'i')).map(({ name, sql }) => [name, sql]);

test('of two fields with one name the older keeps it, in whatever order the table has them', () => {
  const fields = [text('customfield_10027', 'Story Points'), text('customfield_9999', 'Story points')];
  const names = [
    ['story_points', 'i."customfield_9999"'],
    ['story_points_10027', 'i."customfield_10027"'],
  ];
  expect(namesOf(fields)).toEqual(names);
  expect(namesOf(fields.toReversed())).toEqual(names);
});

test('a field that comes later takes no name away, not even the one with a number', () => {
  const before = [text('customfield_1', 'Tag'), text('customfield_2', 'Tag 3')];
  const after = [...before, text('customfield_3', 'Tag')];
  expect(namesOf(after).slice(0, 2)).toEqual(namesOf(before));
  expect(namesOf(after)[2]).toEqual(['customfield_3', 'i."customfield_3"']);
});

test('a column of the table itself keeps its name', () => {
  expect(namesOf([text('customfield_1', 'Summary')], ['summary'])).toEqual([['summary_1', 'i."customfield_1"']]);
});

test('all columns of one field carry the same name, so that nobody takes a name for the id of somebody else', () => {
  const person = (number: number) => [
    text(`customfield_${number}_id`, 'Reviewer (account id)'),
    text(`customfield_${number}_name`, 'Reviewer (name)'),
  ];
  const fields = [text('customfield_1', 'Reviewer ID'), ...person(2)];
  expect(namesOf(fields).map(([name]) => name)).toEqual(['reviewer_id', 'reviewer_2', 'reviewer_2_id']);
  expect(namesOf(person(2)).map(([name]) => name)).toEqual(['reviewer', 'reviewer_id']);
});

test('a field whose name cannot be written goes by its id', () => {
  expect(namesOf([text('customfield_7', '優先顧客')])).toEqual([['customfield_7', 'i."customfield_7"']]);
});
