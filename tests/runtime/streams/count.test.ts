import { expect, test } from 'vitest';
import { loadRegistry } from '../../../src/runtime/streams/load.js';

const file = (count: string) => `stream: parts
about: Parts of things.
grain: one part
docs: https://example.com/parts
needs: { product: jira, permission: none at all, scopes: { classic: [], granular: [] } }
primary_key: [id]
write: replace
count: ${count}
routes:
  - name: list
    cost: 1 request
    request: GET /rest/api/3/parts
    page: { kind: none }
    rows: "[]"
columns:
  id: { type: id, about: Part id. }
topic: site
`;
const load = (count: string) => loadRegistry([{ file: 'streams/parts.yaml', text: file(count), untested: false }]);

test('a count that may read loads', () =>
  expect(load('{ request: GET /rest/api/3/parts/count, read: count }').get('parts').count?.read).toBe('count'));

test('a count by POST must say that it only reads', () =>
  expect(() => load('{ request: POST /rest/api/3/parts/count, read: count }')).toThrow(/parts\.yaml:8.*reads_only/));

test('a count with a placeholder that nothing fills is refused', () =>
  expect(() => load('{ request: GET /rest/api/3/parts/count, query: { of: "{part_id}" }, read: count }')).toThrow(
    /parts\.yaml:8.*\{part_id\}/,
  ));
