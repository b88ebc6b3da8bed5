/** Issues that are read again by their ids: none that the settings leave out comes in, and a cut list of comments is not taken for all. */
import { expect, test } from 'vitest';
import { definitions } from '../../../src/app/settings/definitions.js';
import { readIntoTables } from '../../../src/runtime/read/by-ids.js';
import { deployedOn } from '../../../src/runtime/streams/dialect.js';
import { fakeClient } from '../../helpers/fake-client.js';
import { type FakeTable, fakeTable } from '../../helpers/fake-table.js';

const MOMENT = '2026-03-02T09:00:00.000+0000';
const comment = (id: string) => ({ id, created: MOMENT, updated: MOMENT });
const issue = (id: string, key: string, comments: readonly string[], total = comments.length) => ({
  ...{ id, key },
  fields: { summary: key, created: MOMENT, updated: MOMENT, comment: { comments: comments.map(comment), total } },
});

test('what is not selected stays out unless the table has it, and a list that is cut is left to the next sync', async () => {
  const names = ['issue_search', 'issue_comments'];
  const { registry } = deployedOn('cloud', definitions().registry, names);
  const answer = [issue('1', 'ENG-1', ['11', '12']), issue('2', 'OPS-2', ['21']), issue('3', 'OPS-3', [])];
  const { client, asked } = fakeClient(() => ({ issues: [...answer, issue('4', 'ENG-4', ['41'], 30)] }));
  const issues = fakeTable([{ id: '2', key: 'OPS-2' }]);
  const comments = fakeTable();
  const tables = [issues, comments].map((table, at) => ({ table, stream: registry.get(names[at] ?? '') }));
  const [parents, ...inside] = tables;
  if (parents === undefined) throw new Error('no table');
  const tooLong = await readIntoTables(parents, inside, ['1', '2', '3', '4'], {
    ...{ client, label: 'test', cleanerOf: () => null, links: new Set<string>() },
    isSelected: (record) => (record as { readonly key: string }).key.startsWith('ENG-'),
  });
  expect(asked).toHaveLength(1);
  expect(tooLong).toBe(1);
  const written = async (table: FakeTable, column: string) => {
    await table.commit({ state: null, runId: 'r', batch: 1 });
    return (await table.rows({ columns: [column] })).map((row) => row[column]);
  };
  expect((await written(issues, 'id')).sort()).toEqual(['1', '2', '4']);
  expect(await written(comments, 'id')).toEqual(['11', '12', '21']);
  expect(new Set(await written(comments, 'issue_id'))).toEqual(new Set(['1', '2']));
});
