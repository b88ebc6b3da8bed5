import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCatalog } from '../../../src/writers/catalog/open-catalog.js';
import { type ForgottenIn, forget } from '../../../src/writers/erase/forget.js';
import { runChild } from '../support/child.js';
import { batch, loadTable, storedRows, temporaryFolder, testWarehouse } from '../support/tables.js';
import { filesWith } from './every-byte.js';
import { ADDRESS, ID, NAME, NOTES, note, PEOPLE, person, TRACES, write } from './traces.js';

async function erase(
  root: string,
  options: { id?: string; dryRun?: boolean; namespaces?: readonly string[] } = {},
): Promise<Map<string, ForgottenIn>> {
  const seen = new Map<string, ForgottenIn>();
  await forget(
    { root },
    {
      ...{ accountId: options.id ?? ID, namespaces: options.namespaces ?? [], dryRun: options.dryRun === true },
      ...{ signal: new AbortController().signal, onTable: (table) => seen.set(table.name, table) },
    },
  );
  return seen;
}

describe('every trace', () => {
  test('is gone from all files of the folder, and rows without one are what they were', async () => {
    const root = await temporaryFolder();
    await write(root, PEOPLE, [person(ID, NAME, ADDRESS), person('other', 'Wei Ito', 'wei@example.com')]);
    const plain = Array.from({ length: 50 }, (_, at) => note(`plain-${at}`));
    await write(root, NOTES, [...TRACES, ...plain]);
    // An earlier version of a row, which only history holds.
    await write(root, NOTES, [note('plain-7', { body: `was by ${NAME}` })], 2);
    await write(root, NOTES, [note('plain-7')], 3);
    const before = await storedRows(root, NOTES);
    const told = await erase(root);
    expect(told.get('people')).toMatchObject({ outcome: 'erased', rows: 1, isReader: false });
    expect(told.get('notes')).toMatchObject({ outcome: 'erased', rows: TRACES.length });
    expect(told.get('notes')?.oldRows).toBeGreaterThan(0);
    const texts = [ID, encodeURIComponent(ID), NAME, 'Renée', 'O’Brien', ADDRESS, 'Renée Maiden', 'An older name'];
    expect(await filesWith(root, texts)).toEqual([]);
    const after = await storedRows(root, NOTES);
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    const untouched = ({ id }: Record<string, unknown>) => String(id).startsWith('plain');
    expect(after.filter(untouched)).toEqual(before.filter(untouched));
  });

  test('becomes one pseudonym everywhere, the rest of the row staying as it was', async () => {
    const root = await temporaryFolder();
    await write(root, PEOPLE, [person(ID, NAME, ADDRESS)]);
    await write(root, NOTES, TRACES);
    await erase(root);
    const [row] = await storedRows(root, PEOPLE);
    expect(row).toMatchObject({ display_name: 'Former user', email_address: null, active: true, _extra: null });
    const pseudonym = String(row?.account_id);
    expect(pseudonym).toMatch(/^forgotten-[0-9a-f]{8}$/);
    const notes = new Map((await storedRows(root, NOTES)).map((one) => [one.id, one]));
    expect(notes.get('author')).toMatchObject({
      author_id: pseudonym,
      author_name: 'Former user',
      count: '9007199254740993',
    });
    expect(JSON.parse(String(notes.get('mention')?.body))).toEqual({
      ...{ type: 'mention', attrs: { id: pseudonym, text: '@Former user' } },
      more: 'line\nFormer user Former user',
    });
    expect(JSON.parse(JSON.parse(String(notes.get('nested')?._extra)).raw)).toEqual({
      name: 'Former user',
      address: 'Former user',
    });
    expect(notes.get('text')?.body).toBe(
      `asked Former user's advice, wrote to <Former user>; see /people/${pseudonym}`,
    );
    expect(notes.get('watched')).toMatchObject({
      watchers: [
        { id: pseudonym, name: 'Former user' },
        { id: 'other', name: 'Wei Ito' },
      ],
      ids: ['a', pseudonym],
    });
    expect(notes.get('history')?.items).toEqual([
      { field: 'assignee', from_value: pseudonym, from_string: 'Former user' },
      { field: 'x', from_value: null, from_string: 'Former user, Wei Ito' },
    ]);
  });

  test('a namesake keeps the name beside another id, and a name inside a longer word is no name', async () => {
    const root = await temporaryFolder();
    await write(root, PEOPLE, [person(ID, 'Ana', ADDRESS), person('other', 'Ana')]);
    await write(root, NOTES, [
      note('namesake', { author_id: 'other', author_name: 'Ana' }),
      note('word', { body: 'Anatomy, Banana, Ana.' }),
    ]);
    await erase(root);
    expect(await storedRows(root, PEOPLE, 'account_id, display_name')).toContainEqual({
      account_id: 'other',
      display_name: 'Ana',
    });
    expect(await storedRows(root, NOTES, 'id, author_name, body')).toEqual([
      { id: 'namesake', author_name: 'Ana', body: 'plain namesake' },
      { id: 'word', author_name: 'Wei Ito', body: 'Anatomy, Banana, Former user.' },
    ]);
  });

  test.each([
    '山田 太郎',
    '👩‍🚀 Ada',
    'Back\\slash & "Q" (a.b*c) <Co>',
  ])('a name like %s is found in text, JSON and HTML', async (name) => {
    const root = await temporaryFolder();
    const html = name.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    await write(root, PEOPLE, [person(ID, name)]);
    await write(root, NOTES, [
      note('text', { body: `with ${name}, too` }),
      note('json', { body: JSON.stringify({ by: name, deep: JSON.stringify({ by: name }) }) }),
      note('html', { body: `<p>${html}</p>` }),
    ]);
    await erase(root);
    expect(await storedRows(root, NOTES, 'id, body')).toEqual([
      { id: 'html', body: '<p>Former user</p>' },
      { id: 'json', body: JSON.stringify({ by: 'Former user', deep: JSON.stringify({ by: 'Former user' }) }) },
      { id: 'text', body: 'with Former user, too' },
    ]);
  });

  test('an id that is an ordinary word is erased where ids stand, not from sentences', async () => {
    const root = await temporaryFolder();
    await write(root, NOTES, [
      note('a', { author_id: 'admin', author_name: 'Root Person', body: 'the admin said [~admin] {"by":"admin"}' }),
    ]);
    await erase(root, { id: 'admin' });
    const [row] = await storedRows(root, NOTES);
    const pseudonym = String(row?.author_id);
    expect(row).toMatchObject({
      author_name: 'Former user',
      body: `the admin said [~${pseudonym}] {"by":"${pseudonym}"}`,
    });
  });
});

describe('what stays', () => {
  test('nobody of that id: no file is touched, history stays', async () => {
    const root = await temporaryFolder();
    await write(root, NOTES, TRACES);
    const files = readdirSync(root, { recursive: true });
    const told = await erase(root, { id: 'nobody:at-all' });
    expect(told.get('notes')).toMatchObject({ outcome: 'nothing', rows: 0, oldRows: 0 });
    expect(readdirSync(join(root, 'acme'), { recursive: true })).toEqual(
      files.filter((file) => String(file).startsWith('acme/')).map((file) => String(file).slice('acme/'.length)),
    );
  });

  test('a dry run counts what the erasure then does, and changes nothing', async () => {
    const root = await temporaryFolder();
    await write(root, PEOPLE, [person(ID, NAME, ADDRESS)]);
    await write(root, NOTES, TRACES);
    const files = readdirSync(root, { recursive: true });
    const told = await erase(root, { dryRun: true });
    expect(told.get('notes')).toMatchObject({ outcome: 'found', rows: TRACES.length });
    expect(readdirSync(root, { recursive: true })).toEqual(files);
    expect((await erase(root)).get('notes')).toMatchObject({ rows: TRACES.length, outcome: 'erased' });
  });

  test('the table can be written on: the bookmark is there, and a repeated batch is still recognised', async () => {
    const root = await temporaryFolder();
    await write(root, NOTES, TRACES);
    await write(root, NOTES, [note('more')], 2);
    await erase(root);
    const writer = await testWarehouse(root, 'run-notes-2');
    const table = await writer.open(NOTES);
    expect(table.state).toEqual({ at: 2 });
    await table.write([note('more', { body: 'again' })]);
    expect(await table.commit(batch(2, { at: 2 }, 'run-1'))).toBeDefined();
    expect((await loadTable(root, NOTES)).version.properties['connector.state']).toBe('{"at":2}');
  });

  test('I12 a table that is being written is left for later, and the others are done', async () => {
    const root = await temporaryFolder();
    await write(root, PEOPLE, [person(ID, NAME, ADDRESS)]);
    await write(root, NOTES, TRACES);
    const lease = await (await openCatalog({ root })).lease('acme', 'notes', new Date());
    const told = await erase(root);
    expect([told.get('notes')?.outcome, told.get('people')?.outcome]).toEqual(['busy', 'erased']);
    const [kept = ''] = readdirSync(root).filter((name) => name.startsWith('.forgetting'));
    expect((statSync(join(root, kept)).mode & 0o777).toString(8), 'the names are for this user alone').toBe('600');
    await lease.release();
    // By now no table but this one knows the name; the run before has kept it, and the pseudonym.
    expect((await erase(root)).get('notes')).toMatchObject({ outcome: 'erased', rows: TRACES.length });
    expect(await filesWith(root, [ID, NAME, ADDRESS])).toEqual([]);
    const [row] = await storedRows(root, PEOPLE);
    expect((await storedRows(root, NOTES)).find(({ id }) => id === 'author')?.author_id).toBe(row?.account_id);
  });

  test('a table that waits gets the same pseudonym, although the tables of another connection were erased meanwhile', async () => {
    const root = await temporaryFolder();
    await write(root, { ...PEOPLE, namespace: 'other' }, [person(ID, NAME, ADDRESS)]);
    await write(root, NOTES, TRACES);
    const lease = await (await openCatalog({ root })).lease('acme', 'notes', new Date());
    expect((await erase(root, { namespaces: ['acme'] })).get('notes')?.outcome).toBe('busy');
    await lease.release();
    expect((await erase(root, { namespaces: ['other'] })).get('people')?.outcome).toBe('erased');
    expect((await erase(root, { namespaces: ['acme'] })).get('notes')?.outcome).toBe('erased');
    const [row] = await storedRows(root, { ...PEOPLE, namespace: 'other' });
    expect((await storedRows(root, NOTES)).find(({ id }) => id === 'author')?.author_id).toBe(row?.account_id);
    expect(readdirSync(root).filter((name) => name.startsWith('.forgetting'))).toEqual([]);
  });

  test.each(['FP6:1', 'FP6:3', 'FP9:5'])('I7 after SIGKILL at %s a rerun erases the rest', {
    timeout: 60_000,
  }, async (point) => {
    const root = await temporaryFolder();
    await write(root, PEOPLE, [person(ID, NAME, ADDRESS)]);
    await write(root, NOTES, TRACES);
    const killed = await runChild('forgetPerson', { root, accountId: ID, failpoint: `${point}:kill` });
    expect(killed.signal, killed.errors).toBe('SIGKILL');
    await erase(root);
    expect(await filesWith(root, [ID, NAME, ADDRESS])).toEqual([]);
    expect(readdirSync(root).filter((name) => name.startsWith('.forgetting'))).toEqual([]);
    const [row] = await storedRows(root, PEOPLE);
    const notes = await storedRows(root, NOTES);
    expect(notes).toHaveLength(TRACES.length);
    expect(notes.find(({ id }) => id === 'author')?.author_id).toBe(row?.account_id);
    expect(existsSync(join(root, 'acme/notes/metadata/version-hint.text'))).toBe(true);
  });
});
