/** Rows that a reader may not see, where each kind of restriction is written down. */
import { describe, expect, test } from 'vitest';
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

describe('custom fields of an issue', () => {
  const PROJECT: ColumnType = { struct: ['id', 'name', 'key'].map((name) => ({ name, type: 'string' as const })) };
  const project = (key: string) => ({ id: key, name: `Project ${key}`, key });
  const FIELDS: Record<string, ColumnType> = {
    ...{ customfield_1: 'string', customfield_2: 'string', customfield_3: 'string', customfield_4: 'string' },
    ...{ customfield_5: { list: 'string' }, customfield_6: PROJECT, customfield_7: { list: PROJECT } },
  };

  test.each(['SEC', 'X'])('name no issue and no project %s, however the site keeps them', async (hidden) => {
    const root = temporaryFolder();
    const fields = (other: string) => ({
      customfield_1: `${other}-7`,
      customfield_2: JSON.stringify(`${other}-7`),
      customfield_3: JSON.stringify({ data: { key: `${other}-7`, summary: 'Plan' } }),
      customfield_4: JSON.stringify([{ text: `As in "${other}-7"` }, 'in UTF-8']),
      customfield_5: ['blue', `${other}-7`],
      customfield_6: project(other),
      customfield_7: [project('DEMO'), project(other)],
    });
    const ids = { id: 'string', key: 'string', project_key: 'string' } as const;
    await put(root, 'acme.issue_search', { ...ids, ...FIELDS }, [
      { id: '1', key: 'DEMO-1', project_key: 'DEMO', ...fields(hidden) },
      { id: '2', key: 'DEMO-2', project_key: 'DEMO', ...fields('DEMO') },
      { id: '7', key: `${hidden}-7`, project_key: hidden, ...fields('DEMO') },
    ]);
    const limits = { projects: ['DEMO'], groups: null, restricted: true };
    const select = `SELECT ${Object.keys(FIELDS)
      .map((name) => `to_json(${name})::VARCHAR`)
      .join(', ')} FROM acme.issue_search ORDER BY id`;
    const [other, own] = await rowsOf(await opened(root, { limits }), select);
    const [, whole] = await rowsOf(await opened(root), select);
    const demo = JSON.stringify(project('DEMO'));
    expect(other?.map((cell) => cell ?? null)).toEqual([
      ...[null, null, null],
      expect.stringContaining(`As in`),
      ...['["blue"]', null, `[${demo}]`],
    ]);
    expect(own).toEqual(whole);
    expect(whole?.some((cell) => cell === null)).toBe(false);
  });
});

describe('changes of issues', () => {
  const TEXTS = (...names: readonly string[]): Record<string, ColumnType> =>
    Object.fromEntries(names.map((name) => [name, 'string' as const]));
  const MEMBERS = ['field', 'field_id', 'from_value', 'from_string', 'to_value', 'to_string'];
  const change = (field: string, field_id: string | null, from: readonly string[], to: readonly string[]) => ({
    ...{ field, field_id, from_value: from[0], from_string: from[1], to_value: to[0], to_string: to[1] },
  });

  /** DEMO-1 was moved from project SEC, and its changes name issues of both. */
  async function fill(): Promise<string> {
    const root = temporaryFolder();
    const issue = { ...TEXTS('id', 'key', 'project_id', 'project_key', 'parent_id', 'parent_key') };
    const created = '2026-01-01T00:00:00.000000Z';
    await put(root, 'acme.issue_search', { ...issue, created: 'timestamptz' }, [
      { id: '1', key: 'DEMO-1', project_id: '10', project_key: 'DEMO', parent_id: '2', parent_key: 'DEMO-2', created },
      { id: '2', key: 'DEMO-2', project_id: '10', project_key: 'DEMO', created },
      { id: '7', key: 'SEC-7', project_id: '20', project_key: 'SEC', created },
    ]);
    await put(
      root,
      'acme.issue_changelog',
      {
        ...TEXTS('id', 'issue_id', 'history_metadata'),
        created: 'timestamptz',
        items: { list: { struct: MEMBERS.map((name) => ({ name, type: 'string' as const })) } },
      },
      [
        {
          ...{ id: '1', issue_id: '1', created: '2026-02-01T00:00:00.000000Z', history_metadata: 'by a rule of SEC-8' },
          items: [
            change('project', 'project', ['20', 'Secret plan SEC'], ['10', 'Demo']),
            change('Key', null, ['', 'SEC-3'], ['', 'DEMO-1']),
            change('Parent', 'parent', ['7', 'SEC-7'], ['2', 'DEMO-2']),
            change('Link', null, ['SEC-7', 'This issue blocks SEC-7'], ['DEMO-2', 'This issue blocks DEMO-2']),
            change('Roadmap', 'customfield_1', ['7', 'SEC-7, SEC-8'], ['2', 'DEMO-2']),
            change('summary', 'summary', ['', 'Pay'], ['', 'Pay page']),
            change('Comment', null, ['55', 'for the board alone'], ['', '']),
          ],
        },
      ],
      ['issue_id', 'id'],
    );
    return root;
  }
  const asText = async (root: string, limits: { projects: readonly string[] | null; restricted: boolean }) => {
    const warehouse = await opened(root, { limits: { groups: null, ...limits } });
    const all: unknown[] = [];
    for (const view of ['acme.issue_changelog_all', 'main.issue_changelog', 'main.history', 'main.field_history'])
      all.push(await rowsOf(warehouse, `SELECT * FROM ${view}`));
    return JSON.stringify(all, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  };

  test('name no issue and no project that is not shown, and keep what is of those that are', async () => {
    const root = await fill();
    expect(await asText(root, { projects: null, restricted: true })).toMatch(/SEC-3.*SEC-7.*SEC-8/);
    const shown = await asText(root, { projects: ['DEMO'], restricted: true });
    expect(shown).not.toMatch(/SEC|"20"|"7"/);
    for (const word of ['Demo', 'DEMO-1', 'This issue blocks DEMO-2', 'Pay page', 'for the board alone'])
      expect(shown).toContain(word);
    expect(await asText(root, { projects: [], restricted: true })).not.toMatch(/SEC|DEMO|Pay/);
  });

  test('keep the words of a deleted comment from those who see no restricted ones', async () => {
    const root = await fill();
    const shown = await asText(root, { projects: null, restricted: false });
    expect(shown).not.toContain('for the board alone');
    expect(shown).toContain('SEC-7');
  });
});
