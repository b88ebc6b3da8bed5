/** The least requests a stream can cost, computed from the rows its table and its parents' tables hold. */

export interface Floor {
  readonly least: number;
  readonly arithmetic: string;
}

type Value = (sql: string) => Promise<unknown>;

/** Rows per page, where they come in pages; streams that are not named take one request. */
const PAGES: Readonly<Record<string, number>> = {
  boards: 50,
  dashboards: 50,
  filters: 50,
  groups: 50,
  issue_search: 100,
  priorities: 50,
  project_search: 100,
  resolutions: 50,
  statuses: 200,
  users_search: 1000,
  workflow_schemes: 50,
  workflows: 50,
  worklog_updated: 1000,
};

/** Parents that must be asked one by one: SQL that counts their requests. */
const PER_PARENT: Readonly<Record<string, string>> = {
  board_configuration: 'select count(*) from boards',
  board_issues: pagesPer('boards', 'board_issues', 'board_id', 5000),
  board_sprints: `${pagesPer('boards', 'board_sprints', 'board_id', 50)} where type <> 'kanban'`,
  group_members: pagesPer('groups', 'group_members', 'group_id', 50),
  project_components: `${pagesPer('project_search', 'project_components', 'project_id', 50)} where deleted is not true`,
  project_versions: `${pagesPer('project_search', 'project_versions', 'project_id', 50)} where deleted is not true`,
  sprint_issues: pagesPer('board_sprints', 'sprint_issues', 'sprint_id', 5000),
};

/** Rows that come inside the pages of issues. */
const INSIDE = new Set(['issue_comments', 'issue_changelog']);

export async function floorOf(stream: string, value: Value): Promise<Floor> {
  if (INSIDE.has(stream)) return { least: 0, arithmetic: 'inside the pages of issues' };
  const number = async (sql: string) => Number((await value(sql)) ?? 0);
  const perParent = PER_PARENT[stream];
  if (perParent) return { least: await number(perParent), arithmetic: 'pages of each parent' };
  const page = PAGES[stream];
  if (stream === 'issue_worklog') {
    const rows = await number('select count(*) from issue_worklog');
    return { least: Math.ceil(rows / 1000), arithmetic: `${rows} / 1000, or inside the pages of issues` };
  }
  if (!page) return { least: 1, arithmetic: 'one request' };
  const rows = await number(`select count(*) from ${stream}`);
  return { least: Math.max(1, Math.ceil(rows / page)), arithmetic: `${rows} / ${page}` };
}

function pagesPer(parents: string, rows: string, key: string, page: number): string {
  const keyOfParent = parents === 'groups' ? 'group_id' : 'id';
  return `select sum(greatest(1, ceil(coalesce(n, 0) / ${page}))) from ${parents} p left join
    (select ${key}, count(*) n from ${rows} group by ${key}) r on r.${key} = p.${keyOfParent}`;
}
