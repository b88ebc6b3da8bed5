/** What became of a run is told while another one writes, and told as that run wrote it down. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Entry } from '../../../src/actions/journal/entry.js';
import { Journal } from '../../../src/actions/journal/journal.js';
import { openSite } from '../../../src/app/open.js';
import { ActionsTable, entryOfRow } from '../../../src/app/write/actions-table.js';
import { entriesOf } from '../../../src/app/write/read-journal.js';
import { openWarehouse } from '../../../src/writers/warehouse.js';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'journal-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const entry = (id: string, more: Partial<Entry>): Entry => ({
  ...{ id, runId: 'r1', action: 'update_issue', line: 2, issueId: '10001', issueKey: 'ENG-1' },
  content: { issue: 'ENG-1', summary: "it's \u202e {new}" },
  request: { method: 'PUT', path: '/rest/api/3/issue/10001', query: { notifyUsers: 'false' }, body: { fields: {} } },
  ...{ before: { summary: 'old' }, wanted: { summary: 'new' }, state: 'done', status: 204, error: null },
  ...{ resultId: null, attempts: 1, task: null, sentAt: Date.parse('2026-03-02T09:00:00.123Z'), endedAt: null },
  ...{ accountId: 'me', undoes: null, ...more },
});

test('what became of a run is told while another run holds the journal', async () => {
  const connection = openSite({ name: 'demo', url: 'http://127.0.0.1:1', auth: { type: 'pat', token: 'x' } });
  const place = { connection, warehouse: { root } };
  await expect(entriesOf(place, 'r1')).rejects.toThrow('demo has no run r1');
  const writer = await openWarehouse({ root, runId: 'r2' });
  const table = await ActionsTable.open(writer, connection, 'r2');
  const entries = [
    entry('b', { line: 3, state: 'failed', status: 400, error: 'No.', endedAt: Date.parse('2026-03-02T09:00:01Z') }),
    entry('c', { line: 20, state: 'unknown', status: null, task: '', undoes: 'a', before: null }),
    entry('d', { runId: 'r2' }),
    entry('a', {}),
  ];
  try {
    await table.save(entries);
    const read = await entriesOf(place, 'r1');
    expect(read).toEqual([entries[3], entries[0], entries[1]]);
    await expect(entriesOf(place, "r1' OR true --")).rejects.toThrow('has no run');
  } finally {
    await table.close();
    await writer.close();
  }
});

test('a damaged row of the journal is an error that names it, and no reason to send beside it', () => {
  const row = { action_id: 'a1', line: 2, request: '{"method":"PUT"}', input: '{}' };
  expect(() => entryOfRow({ ...row, input: '{"cut' })).toThrow('(action_id a1) has no readable `input`');
  for (const request of ['null', '[]', '{}', 'no JSON'])
    expect(() => entryOfRow({ ...row, request })).toThrow('has no readable `request`');
});

test('of what has ended long ago neither request nor former values are held in memory, and an undo reads them', async () => {
  const own = mkdtempSync(join(tmpdir(), 'journal-'));
  const writer = await openWarehouse({ root: own, runId: 'r2' });
  const of = { name: 'demo', url: 'http://127.0.0.1:1' };
  try {
    const via = { content: { issue: 'ENG-1', to: 'Done', via: ['Open'] } };
    const entries = [
      entry('done', {}),
      entry('failed', { state: 'failed', runId: 'r2' }),
      entry('lost', { state: 'unknown' }),
      entry('step', { action: 'transition', ...via }),
    ];
    const before = await ActionsTable.open(writer, of, 'r1');
    await before.save(entries);
    await before.close();
    const table = await ActionsTable.open(writer, of, 'r2');
    const journal = await Journal.open(table);
    const heavy = journal
      .all()
      .flatMap((one) => ('request' in one || 'before' in one || 'wanted' in one ? one.id : []));
    expect(heavy.sort()).toEqual(['lost', 'step']);
    expect(journal.open()).toEqual([entries[2]]);
    expect(journal.get('done')).toMatchObject({
      content: entries[0]?.content,
      state: 'done',
      runId: 'r1',
      endedAt: null,
    });
    const changed = entry('done', { state: 'undone' });
    journal.note(changed);
    const ofRun = [...(await journal.ofRun('r1'))].sort((a, b) => a.id.localeCompare(b.id));
    expect(ofRun).toEqual([changed, entries[2], entries[3]]);
    expect(await journal.ofRun('r2')).toEqual([entries[1]]);
    await table.close();
  } finally {
    await writer.close();
    rmSync(own, { recursive: true, force: true });
  }
});
