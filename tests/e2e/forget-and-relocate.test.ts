/** Moving a synced warehouse and forgetting a person in it, by the command line, with a sync before and after. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runMain } from '../cli/run-main.js';
import { type JiraAndWarehouse, jiraAndWarehouse, registry, syncInto } from '../helpers/jira-and-warehouse.js';
import { filesWith } from '../writers/erase/every-byte.js';

const STREAMS = ['issue_search', 'issue_comments', 'issue_changelog', 'issue_worklog', 'users_search', 'group_members'];
const MINUTE = 60_000;

let world: JiraAndWarehouse;
beforeEach(async () => {
  world = await jiraAndWarehouse({ issues: 60, perIssue: { comments: 3, worklogs: 2, histories: 3 } });
});
afterEach(() => world.close());

const connector = (...argv: string[]) => runMain(argv, { cwd: world.root });

async function touch(id: string, summary: string): Promise<void> {
  world.jira.edit.advance(120 * MINUTE);
  world.jira.edit.updateIssue(id, { summary });
}

/** Somebody with an address, a name of their own, and comments. */
async function somebody() {
  const [found] = await world.rows(`
    SELECT u.account_id AS id, u.display_name AS name, u.email_address AS address FROM users_search u
    WHERE u.email_address IS NOT NULL AND u.email_address <> '${world.jira.email}' AND u.account_type = 'atlassian'
      AND (SELECT count(*) FROM users_search o WHERE o.display_name = u.display_name) = 1
      AND u.account_id IN (SELECT author_id FROM issue_comments) AND u.account_id IN (SELECT assignee_id FROM issue_search)
    ORDER BY 1 LIMIT 1`);
  if (!found) throw new Error('the simulated site has nobody to forget');
  return { id: String(found.id), name: String(found.name), address: String(found.address) };
}

describe('forget', () => {
  test('leaves no byte of the person in the warehouse, everybody else as they were, and a table that syncs on', {
    timeout: 120_000,
  }, async () => {
    await world.sync(STREAMS);
    const person = await somebody();
    const [{ id: issue } = {}] = await world.rows(
      `SELECT id FROM issue_search WHERE assignee_id = '${person.id}' LIMIT 1`,
    );
    await touch(String(issue), `${person.name} owes me a favour`);
    await world.sync(STREAMS);
    const texts = [person.id, person.name, person.address];
    expect(await filesWith(world.root, texts)).not.toEqual([]);
    const others = `SELECT * EXCLUDE (body) FROM issue_comments
      WHERE NOT regexp_matches(concat(author_id, update_author_id, body), '${person.id}|forgotten-') ORDER BY id`;
    const before = {
      others: await world.rows(others),
      issues: await world.rows('SELECT count(*) n FROM issue_search_all'),
    };

    const dry = await connector('forget', person.id, '--warehouse', world.root, '--dry-run');
    expect(dry.exitCode, dry.stderr).toBe(0);
    const done = await connector('forget', person.id, '--warehouse', world.root, '--yes');
    expect(done.exitCode, done.stderr).toBe(0);
    expect(done.stdout.split('\n')[0]).toBe(dry.stdout.trim().replace('To be erased', 'Erased'));
    expect(done.stdout).toContain('people: pseudonymous');

    expect(await filesWith(world.root, texts)).toEqual([]);
    expect(await world.rows(others)).toEqual(before.others);
    expect(await world.rows('SELECT count(*) n FROM issue_search_all')).toEqual(before.issues);
    const forgotten = await world.rows(
      "SELECT account_id FROM users_search WHERE display_name = 'Former user' AND account_id LIKE 'forgotten-%'",
    );
    expect(forgotten).toHaveLength(1);
    expect(
      await world.rows(
        `SELECT count(*) > 0 AS some FROM issue_comments WHERE author_id = '${forgotten[0]?.account_id}'`,
      ),
    ).toEqual([{ some: true }]);

    const [{ id: other } = {}] = await world.rows(
      "SELECT id FROM issue_search WHERE assignee_id NOT LIKE 'forgotten-%' LIMIT 1",
    );
    await touch(String(other), 'Later');
    const next = await world.sync(['issue_search']);
    // The other one is the issue within the lookback that names the person, who still exists on the site.
    expect(next.of('issue_search')).toMatchObject({ state: 'ok', mode: 'incremental', rows_read: 2, rows_written: 2 });
  });

  test('wants to be told that it may, and says so when there is nobody of that id', async () => {
    await world.sync(['users_search']);
    const asked = await connector('forget', 'x:y', '--warehouse', world.root);
    expect(asked.exitCode).toBe(2);
    expect(asked.stderr).toContain('--yes');
    const nobody = await connector('forget', 'x:y', '--warehouse', world.root, '--yes');
    expect(nobody).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('No trace of this account in 1 tables'),
    });
    const strange = await connector('forget', 'x:y', '--warehouse', world.root, '--yes', '--connection', 'nope');
    expect(strange).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('demo') });
  });
});

describe('relocate', () => {
  test('the next sync at the new place reads what changed and no more, also when the old place is gone', {
    timeout: 60_000,
  }, async () => {
    await world.sync(['issue_search', 'boards']);
    const to = join(world.root, '..', `moved-${process.pid}`);
    const rows = await world.rows('SELECT * FROM issue_search ORDER BY id');
    const dry = await connector('relocate', world.root, to, '--dry-run');
    expect(dry).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Nothing was written') });
    const moved = await connector('relocate', world.root, to);
    expect(moved.exitCode, moved.stderr).toBe(0);
    expect(moved.stdout).toContain(`warehouse: ${to}`);
    rmSync(world.root, { recursive: true });
    renameSync(to, world.root);
    const astray = await connector('query', 'SELECT 1', '--warehouse', world.root);
    expect(astray.stderr).toContain(`connector relocate ${world.root}`);
    const mended = await connector('relocate', world.root);
    expect(mended.exitCode, mended.stderr).toBe(0);
    expect(await world.rows('SELECT * FROM issue_search ORDER BY id')).toEqual(rows);
    await touch(String(rows[0]?.id), 'Later');
    const next = await syncInto(world.jira, world.root, registry, ['issue_search']);
    expect(next.of('issue_search')).toMatchObject({ mode: 'incremental', rows_written: 1 });
  });

  test('a REST catalog moves its tables itself', async () => {
    const settings = join(world.root, 'sync.yaml');
    writeFileSync(
      settings,
      `catalog: { type: rest, uri: "http://127.0.0.1:1/catalog" }\nconnections:\n  - { name: a, url: "http://127.0.0.1:2", auth: { type: pat, token: "\${T}" } }\n`,
    );
    const refused = await connector('relocate', 'a', 'b', '--config', settings);
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('its own tools') });
  });
});
