/** Columns that the settings leave out of a table stay out of it when an issue is read again after a write. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ColumnChoices } from '../../src/runtime/streams/column-choice.js';
import { registry, syncInto } from '../helpers/jira-and-warehouse.js';
import { idOf, rowsOf, type Writing, writing } from '../helpers/writing.js';

const CANARY = 'CANARY';
let site: Writing;
beforeEach(async () => {
  site = await writing();
});
afterEach(() => site.close());

/** Every cell of a table, deleted rows included, and every file that is not compressed. */
async function everything(): Promise<string> {
  const tables = readdirSync(join(site.root, 'demo'));
  const texts: string[] = [];
  for (const table of tables.filter((name) => name !== '_actions'))
    texts.push(JSON.stringify(await site.rows(`select to_json(t)::varchar from demo.${table}_all t`)));
  for (const table of tables.filter((name) => name !== '_actions'))
    for (const one of readdirSync(join(site.root, 'demo', table), { recursive: true, withFileTypes: true }))
      if (one.isFile()) texts.push(readFileSync(join(one.parentPath, one.name), 'latin1'));
  return texts.join();
}

const columnsIn = async (table: string) =>
  (await site.rows(`describe demo.${table}`)).map(({ column_name }) => String(column_name)).sort();

/** Writes to an issue whose values the site sends with a word in them, over tables of these columns. */
async function written(columns: ColumnChoices): Promise<void> {
  const tables = ['issue_search', 'issue_comments'];
  await syncInto(site.jira, site.root, registry, tables, { columns });
  const before = await Promise.all(tables.map(columnsIn));
  site.jira.faults.add({
    match: /\/issue\/bulkfetch/,
    times: Number.POSITIVE_INFINITY,
    rewrite: (body) => {
      for (const { fields } of (body as { issues: { fields: Record<string, unknown> }[] }).issues) {
        fields.environment = `${CANARY} environment`;
        const { comments = [] } = (fields.comment ?? {}) as { comments?: Record<string, unknown>[] };
        for (const comment of comments) comment.updateAuthor = { accountId: 'x', displayName: `${CANARY} name` };
      }
      return body;
    },
  });
  const connection = { ...site.job('', []).connection, columns, streams: tables };
  const { report } = await site.send('add_comment', rowsOf([{ issue: 'ENG-1', text: 'just said' }]), { connection });
  expect(report).toMatchObject({ done: 1 });
  expect(report.notices.filter((notice) => notice.includes('not read again'))).toEqual([]);
  expect(await Promise.all(tables.map(columnsIn))).toEqual(before);
  expect(await everything()).not.toContain(CANARY);
}

test('a value that the settings exclude is not put into the tables by a write to its issue', async () => {
  await written({ issue_search: { exclude: ['environment'] }, issue_comments: { exclude: ['update_author_name'] } });
  expect(await site.rows("select 1 from demo.issue_comments where body_text like '%just said%'")).toHaveLength(1);
});

test('tables of few columns get no others by a write to one of their issues', async () => {
  await written({ issue_search: { include: ['summary'] }, issue_comments: { include: ['body'] } });
  const [issue] = await site.rows(`select summary from demo.issue_search where id = '${idOf(site, 'ENG-1')}'`);
  expect(issue?.summary).toEqual(expect.any(String));
});
