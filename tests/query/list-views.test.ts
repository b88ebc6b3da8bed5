import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenWarehouse, openForReading } from '../../src/query/open.js';
import { views } from '../../src/query/snowflake/views.js';
import { type JiraAndWarehouse, jiraAndWarehouse } from '../helpers/jira-and-warehouse.js';

const SMALL = ['statuses', 'status_categories', 'issue_types', 'priorities', 'resolutions', 'project_search'];
const NAMED = ['users_search', 'project_components', 'project_versions', 'groups', 'fields'];
const OTHERS = ['boards', 'board_sprints', 'sprint_issues', 'group_members', 'filters', 'workflows'];
const OF_ISSUES = ['issue_search', 'issue_worklog', 'issue_comments', 'issue_changelog'];
const STREAMS = [...OF_ISSUES, ...SMALL, ...NAMED, ...OTHERS];

let site: JiraAndWarehouse;
let warehouse: OpenWarehouse;
beforeAll(async () => {
  site = await jiraAndWarehouse();
  await site.sync(STREAMS);
  warehouse = await openForReading({ root: site.root });
}, 120_000);
afterAll(async () => {
  warehouse?.close();
  await site?.close();
});

const rows = async (sql: string) => (await warehouse.read(sql)).getRowsJson();
const count = async (sql: string) => Number((await rows(`SELECT count(*) FROM ${sql}`))[0]?.[0]);

test('each view of a site can be made and read, and the lists of issues have one row for each element', async () => {
  expect(warehouse.problems).toEqual([]);
  for (const view of warehouse.peopleViews) await rows(`SELECT * FROM ${view}`);
  const LISTS = [
    ['issue_component', 'components'],
    ['issue_fix_version', 'fix_versions'],
    ['issue_affects_version', 'affects_versions'],
    ['issue_label', 'labels'],
    ['issue_attachment', 'attachments'],
    ['issue_link', 'issue_links'],
    ['issue_subtask', 'subtask_ids'],
    ['issue_sprint', 'customfield_10020'],
  ] as const;
  for (const [view, list] of LISTS) {
    const [[elements] = []] = await rows(`SELECT sum(len(list_distinct(${list}))) FROM issue_search`);
    expect({ view, rows: await count(view) }).toEqual({ view, rows: Number(elements) });
    expect(Number(elements)).toBeGreaterThan(0);
  }
  for (const view of ['epic', 'user_group', 'filter_permission', 'workflow_transition', 'field_option_seen'])
    expect({ view, some: (await count(view)) > 0 }).toEqual({ view, some: true });
});

test('field_history ends with what each issue has now, and holds together where the site’s changes do', async () => {
  const ids = (list: string) => `list_transform(${list}, lambda v: v.id)`;
  const PRESENT = {
    ...{ status: '[status_id]', assignee: '[assignee_id]', priority: '[priority_id]', resolution: '[resolution_id]' },
    ...{ issuetype: '[issue_type_id]', parent: '[parent_id]', labels: 'labels', components: ids('components') },
    ...{
      fixVersions: ids('fix_versions'),
      versions: ids('affects_versions'),
      customfield_10020: ids('customfield_10020'),
    },
    customfield_10016: "[regexp_replace(customfield_10016::VARCHAR, '[.]0$', '')]",
  };
  const shown = new Map(
    (
      await rows(
        `SELECT field_id || ' ' || issue_id, string_agg(DISTINCT coalesce(value_id, value), ' ' ORDER BY coalesce(value_id, value))
         FROM field_history WHERE is_current GROUP BY 1`,
      )
    ).map(([key, value]) => [String(key), value]),
  );
  for (const [field, list] of Object.entries(PRESENT)) {
    const there = await rows(
      `SELECT '${field} ' || id, nullif(array_to_string(list_sort(list_distinct(${list})), ' '), '') FROM issue_search`,
    );
    expect(there.filter(([key, value]) => value !== (shown.get(String(key)) ?? null)).slice(0, 3)).toEqual([]);
    expect({ field, some: there.some(([, value]) => value !== null) }).toEqual({ field, some: true });
  }
  // Of these the simulator makes changes up.
  const madeUp = "('parent', 'fixVersions', 'timeestimate')";
  expect(
    await rows(`SELECT DISTINCT field_id FROM field_history WHERE history_broken AND field_id NOT IN ${madeUp}`),
  ).toEqual([]);
});

test('both sides of a link stand in issue_link, and each names the other', async () => {
  const half = await count(`issue_link a JOIN issue_link b ON a.link_id = b.link_id AND a.issue_id = b.other_issue_id
    AND b.issue_id = a.other_issue_id AND a.direction <> b.direction AND a.other_issue_key = b.issue_key`);
  expect(half).toBe(await count('issue_link'));
});

test('a view of lists that is asked for one issue filters in the scan, and reads no column besides its own', async () => {
  for (const view of ['issue_label', 'issue_component', 'issue_sprint']) {
    const plan = await rows(`EXPLAIN (FORMAT json) SELECT * FROM ${view} WHERE issue_id = '10005'`);
    const text = JSON.stringify(plan);
    expect(text).toMatch(/c1='10005'/);
    expect(text).not.toContain('"name\\": \\"WINDOW');
  }
  const label = JSON.stringify(await rows("EXPLAIN (FORMAT json) SELECT * FROM issue_label WHERE issue_id = '10005'"));
  expect(label.match(/c\d+(?=\\\\?")/g)?.length ?? 0).toBeLessThan(8);
});

test('Snowflake has the views of the terminal, with the same columns in the same order', async () => {
  const names = { database: 'JIRA', role: 'ANALYST', awsRole: undefined };
  const tables = warehouse.tables.map(({ version }) => version);
  const namespace = tables[0]?.namespace ?? '';
  const made = views(names, tables, new Map()).flatMap(({ statements }) => statements);
  const place = `"JIRA"."${namespace.toUpperCase()}"`;
  const daily = `CREATE OR REPLACE FUNCTION ${place}."ISSUE_DAILY"(first_day DATE, last_day DATE) RETURNS TABLE (`;
  const asked = [
    ...warehouse.peopleViews.map((view) => ({
      ...{ view, from: `${namespace}.${view}` },
      start: `CREATE OR REPLACE VIEW ${place}."${view.toUpperCase()}" AS SELECT `,
    })),
    { view: 'issue_daily', from: `FROM ${namespace}.issue_daily(current_date, current_date)`, start: daily },
  ];
  for (const { view, from: what, start } of asked) {
    const sql = made.find((statement) => statement.startsWith(start)) ?? '';
    const described = (await rows(`DESCRIBE ${what}`)).map(([name]) => String(name).toUpperCase());
    let from = start.length;
    for (const column of described) {
      const at = [` AS "${column}"`].map((end) => sql.indexOf(end, from - 1)).find((place) => place >= 0);
      expect({ view, column, found: at !== undefined }).toEqual({ view, column, found: true });
      from = at ?? from;
    }
  }
});

test('what is removed on the site is gone after one ordinary sync, on both sides of a link; what is renamed has its new name', async () => {
  const { jira } = site;
  const [[linked, other] = []] = await rows(
    "SELECT issue_id, other_issue_id FROM issue_link WHERE direction = 'outward' ORDER BY issue_id LIMIT 1",
  );
  const [[labelled] = []] = await rows('SELECT issue_id FROM issue_label LIMIT 1');
  const [[built] = []] = await rows('SELECT issue_id FROM issue_component LIMIT 1');
  const [[planned, sprint] = []] = await rows('SELECT issue_id, sprint_id FROM issue_sprint LIMIT 1');
  const [[versioned, version, project] = []] = await rows(
    'SELECT issue_id, version_id, project_key FROM issue_fix_version ORDER BY issue_id DESC LIMIT 1',
  );
  jira.edit.advance(60_000);
  jira.edit.unlink(String(linked));
  jira.edit.updateIssue(String(labelled), { labels: [] });
  jira.edit.updateIssue(String(built), { components: [] });
  jira.edit.updateIssue(String(planned), { sprint: null });
  jira.edit.directory.renameVersion(String(project), String(version), 'Renamed 9.9');
  jira.edit.directory.renameSprint(String(sprint), 'Renamed sprint');
  jira.edit.advance(60_000);
  await site.sync(STREAMS);
  const now = await site.rows(`SELECT
    (SELECT count(*) FROM issue_link WHERE issue_id IN ('${linked}', '${other}') AND other_issue_id IN ('${linked}', '${other}')) AS links,
    (SELECT count(*) FROM issue_label WHERE issue_id = '${labelled}') AS labels,
    (SELECT count(*) FROM issue_component WHERE issue_id = '${built}') AS components,
    (SELECT count(*) FROM issue_sprint WHERE issue_id = '${planned}' AND sprint_id = '${sprint}' AND state <> 'closed') AS sprints,
    (SELECT count(DISTINCT version_name) FROM issue_fix_version WHERE version_id = '${version}') AS names,
    (SELECT version_name FROM issue_fix_version WHERE issue_id = '${versioned}' AND version_id = '${version}') AS version,
    (SELECT list_filter(fix_versions, lambda v: v.id = '${version}')[1].name FROM issue WHERE id = '${versioned}') AS inside,
    (SELECT list_filter(fix_versions, lambda v: v.id = '${version}')[1].name = 'Renamed 9.9' FROM issue_search WHERE id = '${versioned}') AS sent`);
  expect(now).toEqual([
    {
      ...{ links: '0', labels: '0', components: '0', sprints: '0', names: '1' },
      ...{ version: 'Renamed 9.9', inside: 'Renamed 9.9', sent: false },
    },
  ]);
}, 120_000);
