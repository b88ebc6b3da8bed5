/** Rows that a reader may not see, where each kind of restriction is written down. */
import { expect, test } from 'vitest';
import type { ColumnType } from '../../src/contract/table.js';
import { put } from './people-tables.js';
import { opened, rowsOf, temporaryFolder } from './warehouse.js';

const COMMENT: Record<string, ColumnType> = {
  id: 'string',
  issue_id: 'string',
  text: 'string',
  visibility_type: 'string',
  jsd_public: 'boolean',
};

test('a comment that customers of a service project do not see is shown to nobody who sees no restricted ones', async () => {
  const root = temporaryFolder();
  const comment = (id: string, visibility_type: string | null, jsd_public: boolean | null) => ({
    ...{ id, issue_id: '10', text: `text ${id}`, visibility_type, jsd_public },
  });
  await put(root, 'acme.issue_comments', COMMENT, [
    comment('1', null, null),
    comment('2', null, true),
    comment('3', 'role', true),
    comment('4', null, false),
  ]);
  const ids = async (restricted: boolean) => {
    const warehouse = await opened(root, { limits: { projects: null, groups: null, restricted } });
    return (await rowsOf(warehouse, 'SELECT id FROM acme.issue_comments ORDER BY id')).flat();
  };
  expect([await ids(false), await ids(true)]).toEqual([
    ['1', '2'],
    ['1', '2', '3', '4'],
  ]);
});
