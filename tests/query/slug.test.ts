import { expect, test } from 'vitest';
import { slug } from '../../src/query/business-views/slug.js';

test.each([
  ['Story Points', 'story_points'],
  ['  Budget (€) ', 'budget'],
  ['Zielmärkte', 'zielmarkte'],
  ['Größe (m²)', 'grosse_m2'],
  ['Région', 'region'],
  ['Łódź Øst', 'lodz_ost'],
  ["Customer's wish", 'customers_wish'],
  ['2nd reviewer', 'field_2nd_reviewer'],
  ['優先顧客 SLA', 'sla'],
  ['優先顧客', null],
  ['🚀', null],
  ['', null],
  ['123', null],
  ['customfield_10016', null],
  ['Customfield 10016', null],
])('a field called %s is called %s in SQL, and never by a name that needs quotes', (name, expected) => {
  expect(slug(name)).toBe(expected);
});

test('a name of 4,000 characters does not become a column name of 4,000', () => {
  expect(slug('x'.repeat(4000))).toBe('x'.repeat(60));
  expect(slug(`${'x'.repeat(59)} y`)).toBe('x'.repeat(59));
});
