/** What every table must hold, taken from the simulated site itself and not over the routes that the connector reads. */
import { ServerPeople } from '../../simulator/datacenter/people.js';
import { chooseFields, renderIssue } from '../../simulator/issues/render.js';
import { Shapes } from '../../simulator/issues/shapes.js';
import type { Simulator } from '../../simulator/simulator.js';
import { dashboardsOf } from '../../simulator/site/shared-things.js';
import { places } from '../helpers/stream-truths/issue-truths.js';
import type { World } from './world.js';

/** One thing to hold a table against: the same line for the same row, from both sides. */
export interface Truth {
  readonly stream: string;
  /** Expressions over the table's live rows; their texts, joined, are the line. */
  readonly select: readonly string[] | ((world: World) => readonly string[]);
  /** Which live rows are held against the lines; absent: all. */
  readonly where?: (world: World) => string;
  readonly lines: (world: World) => string[] | Promise<string[]>;
}

export const line = (...cells: readonly unknown[]): string =>
  cells.map((cell) => (cell === null || cell === undefined ? '-' : String(cell))).join(' ');
const at = (column: string): string => `epoch_ms(${column}::timestamp)`;

interface Named {
  readonly id: string;
}
interface Fields {
  readonly summary: string;
  readonly status: Named;
  readonly priority: Named;
  readonly resolution: Named | null;
  readonly project: { readonly key: string };
  readonly timespent: number | null;
  readonly parent?: Named;
  readonly subtasks: readonly Named[];
  readonly issuelinks: readonly { readonly id: string }[];
}

function fieldsOf({ site }: Simulator, place: number, names: readonly (keyof Fields)[]): Fields {
  const options = { choice: chooseFields(site, names, []), expand: new Set<string>(), form: 'adf' } as const;
  return renderIssue(site, new Shapes(site.directory, 'http://site'), place, options).fields as Fields;
}

const listed = (ids: readonly Named[]): string =>
  ids
    .map(({ id }) => id)
    .sort()
    .join(',');
const sortedList = (list: string): string => `array_to_string(list_sort(${list}), ',')`;

function childLines(kind: 'comments' | 'worklogs' | 'histories', cells: (child: never) => unknown[]) {
  return ({ jira }: World): string[] =>
    places(jira).flatMap((place) =>
      jira.site[kind].of(place).map((child) => line(jira.site.idOf(place), child.id, ...cells(child as never))),
    );
}

/** Each board shows its own sprints and the active ones of the earlier boards of its project. */
function sprintsOfBoards({ site }: Simulator) {
  const { boards, sprints } = site.directory;
  return boards
    .filter(({ type }) => type === 'scrum')
    .flatMap((board) => {
      const earlier = new Set(
        boards
          .filter((one) => one.projectId === board.projectId && Number(one.id) < Number(board.id))
          .map(({ id }) => id),
      );
      return sprints
        .filter((sprint) => sprint.boardId === board.id || (sprint.state === 'active' && earlier.has(sprint.boardId)))
        .map((sprint) => ({ board, sprint }));
    });
}

async function boardIssues({ jira, deployment }: World): Promise<string[]> {
  const authorization =
    deployment === 'cloud'
      ? `Basic ${Buffer.from(`${jira.email}:${jira.apiToken}`).toString('base64')}`
      : `Bearer ${jira.pat}`;
  const found = jira.site.directory.boards.map(async ({ id }) => {
    const path = `/rest/agile/1.0/board/${id}/issue?fields=id&maxResults=5000`;
    const answer = await fetch(`${jira.url}${path}`, { headers: { authorization } });
    const { issues } = (await answer.json()) as { issues: { id: string; key: string }[] };
    return issues.map((issue) => line(id, issue.id, issue.key));
  });
  return (await Promise.all(found)).flat();
}

const shownProjects = ({ jira, deployment }: World) =>
  jira.site.directory.projects.filter(({ state }) => deployment === 'cloud' || state !== 'deleted');
const liveParts = ({ jira }: World) => jira.site.directory.projects.filter(({ state }) => state !== 'deleted');

export function accountId({ jira, deployment }: World, id: string): string {
  return deployment === 'cloud' ? id : (new ServerPeople(jira.site.directory).keyOf(id) ?? id);
}

export const TRUTHS: readonly Truth[] = [
  {
    stream: 'issue_search',
    select: [
      'id',
      '"key"',
      at('updated'),
      'status_id',
      'priority_id',
      'resolution_id',
      'project_key',
      'time_spent_seconds',
      'summary',
    ],
    lines: ({ jira }) =>
      places(jira).map((place) => {
        const fields = fieldsOf(jira, place, ['summary', 'status', 'priority', 'resolution', 'project', 'timespent']);
        const { summary, status, priority, resolution, project, timespent } = fields;
        const ids = [status.id, priority.id, resolution?.id ?? null];
        const { site } = jira;
        return line(
          site.idOf(place),
          site.keyAt(place),
          site.table.updated[place],
          ...ids,
          project.key,
          timespent,
          summary,
        );
      }),
  },
  {
    stream: 'issue_search',
    select: [
      "'names'",
      'id',
      'parent_id',
      sortedList('subtask_ids'),
      sortedList('list_transform(issue_links, lambda x: x.id)'),
    ],
    lines: ({ jira, deployment }) =>
      places(jira).map((place) => {
        const { parent, subtasks, issuelinks } = fieldsOf(jira, place, ['parent', 'subtasks', 'issuelinks']);
        const { table, directory } = jira.site;
        // An epic is no parent on Data Center.
        const isShown = deployment === 'cloud' || directory.issueTypes[table.type[place] ?? 0]?.subtask;
        return line('names', jira.site.idOf(place), isShown ? parent?.id : null, listed(subtasks), listed(issuelinks));
      }),
  },
  {
    stream: 'issue_comments',
    select: ['issue_id', 'id', at('updated')],
    lines: childLines('comments', ({ updated }: { updated: number }) => [updated]),
  },
  {
    stream: 'issue_worklog',
    select: ['issue_id', 'id', at('updated'), 'time_spent_seconds'],
    lines: childLines('worklogs', ({ updated, seconds }: { updated: number; seconds: number }) => [updated, seconds]),
  },
  {
    stream: 'issue_changelog',
    select: ['issue_id', 'id', at('created'), 'len(items)'],
    lines: childLines('histories', ({ created, items }: { created: number; items: readonly unknown[] }) => [
      created,
      items.length,
    ]),
  },
  {
    stream: 'worklog_updated',
    select: ['worklog_id', at('updated_time')],
    // The feed names worklogs of issues that a security level hides, too.
    where: ({ jira: { site } }) => {
      const ids = [...site.secured].flatMap((place) => site.worklogs.of(place).map(({ id }) => `'${id}'`));
      return ids.length === 0 ? 'true' : `worklog_id not in (${ids.join(', ')})`;
    },
    lines: ({ jira }) =>
      places(jira).flatMap((place) => jira.site.worklogs.of(place).map(({ id, updated }) => line(id, updated))),
  },
  {
    stream: 'boards',
    select: ['id', 'name'],
    lines: ({ jira }) => {
      const { boards } = jira.site.directory;
      const hidden = Math.max(0, ...boards.map(({ id }) => Number(id))) + 1;
      return [...boards.map(({ id, name }) => line(id, name)), line(hidden, null)];
    },
  },
  {
    stream: 'board_configuration',
    select: ['board_id', 'name'],
    lines: ({ jira }) => jira.site.directory.boards.map(({ id, name }) => line(id, name)),
  },
  {
    stream: 'board_sprints',
    select: ['board_id', 'id', 'state', 'name'],
    lines: ({ jira }) =>
      sprintsOfBoards(jira).map(({ board, sprint }) => line(board.id, sprint.id, sprint.state, sprint.name)),
  },
  { stream: 'board_issues', select: ['board_id', 'issue_id', 'issue_key'], lines: boardIssues },
  {
    stream: 'sprint_issues',
    select: ['sprint_id', 'issue_id', 'issue_key'],
    lines: ({ jira }) =>
      [...new Set(sprintsOfBoards(jira).map(({ sprint }) => sprint.id))].flatMap((sprint) =>
        jira.site.idsOfSprint(sprint).map((id) => line(sprint, id, jira.site.keyOf(id))),
      ),
  },
  {
    stream: 'project_search',
    select: ['id', '"key"', 'name'],
    lines: (world) => shownProjects(world).map(({ id, key, name }) => line(id, key, name)),
  },
  {
    stream: 'project_versions',
    select: ['project_id', 'id', 'name'],
    lines: (world) =>
      liveParts(world).flatMap(({ id, versions }) => versions.map((part) => line(id, part.id, part.name))),
  },
  {
    stream: 'project_components',
    select: ['project_id', 'project_key', 'id', 'name'],
    lines: (world) =>
      liveParts(world).flatMap(({ id, key, components }) =>
        components.map((part) => line(id, key, part.id, part.name)),
      ),
  },
  {
    stream: 'dashboards',
    select: ['id', 'name'],
    lines: ({ jira }) => dashboardsOf(jira.site.directory).map(({ id, name }) => line(id, name)),
  },
  {
    stream: 'users_search',
    select: ['account_id', 'active'],
    lines: (world) =>
      world.jira.site.directory.people.map((person) => line(accountId(world, person.accountId), person.active)),
  },
  {
    stream: 'group_members',
    select: ['group_id', 'account_id', 'active'],
    lines: (world) => {
      const { groups, people } = world.jira.site.directory;
      return groups.flatMap(({ groupId, name, memberIds }) =>
        people
          .filter((person) => memberIds.includes(person.accountId))
          .map((person) =>
            line(world.deployment === 'cloud' ? groupId : name, accountId(world, person.accountId), person.active),
          ),
      );
    },
  },
];

/** The SQL of one row per live row, whose cells are the line. */
export function tableSql({ stream, select, where }: Truth, world: World): string {
  const from = `from jira.${stream} where ${where?.(world) ?? 'true'}`;
  if (typeof select === 'function') return `select ${select(world).join(', ')} ${from}`;
  const cells = select.map((cell) => `coalesce((${cell})::varchar, '-')`).join(` || ' ' || `);
  return `select ${cells} as line ${from}`;
}
