import type { Answer, Board, Call, Directory, IssueIndex, SimRoute, Sprint } from '../model.js';
import { badRequest, Refusal } from '../refusal.js';
import { ALL_FEATURES, type SiteFeatures } from '../site/options.js';
import { findBoard, findSprint } from './agile-find.js';
import { agileIssueRoutes } from './agile-issues.js';
import { boardConfiguration, boardShape, sprintShape } from './agile-shapes.js';
import { agileBean, listOf, narrowed, ok } from './paging.js';

const BOARDS = { usual: 50, cap: 50 };
const SPRINTS = { usual: 50, cap: 50 };

/** Boards, sprints and their issues. All of it answers 403 on a site without Jira Software. */
export function agileRoutes(
  directory: Directory,
  issues: IssueIndex,
  features: SiteFeatures = ALL_FEATURES,
): SimRoute[] {
  const one = (call: Call): Board => findBoard(directory, call.params.boardId ?? '');
  const routes: SimRoute[] = [
    { method: 'GET', path: '/rest/agile/1.0/board', handle: (call) => ok(boards(directory, call)) },
    {
      method: 'GET',
      path: '/rest/agile/1.0/board/{boardId}',
      handle: (call) => ok(boardShape(directory, call, one(call))),
    },
    {
      method: 'GET',
      path: '/rest/agile/1.0/board/{boardId}/sprint',
      handle: (call) => ok(boardSprints(directory, call, one(call))),
    },
    {
      method: 'GET',
      path: '/rest/agile/1.0/board/{boardId}/configuration',
      handle: (call) => ok(boardConfiguration(directory, call, one(call))),
    },
    {
      method: 'GET',
      path: '/rest/agile/1.0/sprint/{sprintId}',
      handle: (call) => ok(sprintShape(call, findSprint(directory, call.params.sprintId ?? ''))),
    },
    ...agileIssueRoutes(directory, issues),
  ];
  return features.software ? routes : routes.map((route) => ({ ...route, handle: withoutLicence }));
}

function withoutLicence(): Answer {
  throw new Refusal(403, ['The user does not have a valid license for Jira Software.']);
}

/**
 * The boards that the parameters leave, by id. `includePrivate=true` adds one that somebody keeps to themselves: it has an id and no name or
 * type, and nothing below it can be read.
 */
function boards(directory: Directory, call: Call): Record<string, unknown> {
  const byType = narrowed(call, 'type', directory.boards, ({ type }) => type);
  const project = call.query.get('projectKeyOrId');
  const wanted = directory.projects.find(({ id, key }) => id === project || key === project);
  const inProject = project === null ? byType : byType.filter(({ projectId }) => projectId === wanted?.id);
  const name = (call.query.get('name') ?? '').toLowerCase();
  const shapes = inProject
    .filter((board) => board.name.toLowerCase().includes(name))
    .map((board) => boardShape(directory, call, board));
  const rows = call.query.get('includePrivate') === 'true' ? [...shapes, privateBoard(directory, call)] : shapes;
  return agileBean(call, rows, BOARDS, (row) => row);
}

function privateBoard(directory: Directory, { origin }: Call): Record<string, unknown> {
  const id = Math.max(0, ...directory.boards.map((board) => Number(board.id))) + 1;
  return { id, self: `${origin}/rest/agile/1.0/board/${id}`, isPrivate: true };
}

/** Closed, active, future. Only scrum boards have sprints to list, although `simple` ones may run them on the screen. */
function boardSprints(directory: Directory, call: Call, board: Board): Record<string, unknown> {
  if (board.type !== 'scrum') {
    throw badRequest('The board does not support sprints');
  }
  const states = listOf(call, 'state');
  const rows = sprintsShownBy(directory, board).filter(({ state }) => states.length === 0 || states.includes(state));
  const order = ['closed', 'active', 'future'];
  const sorted = rows.toSorted((left, right) => order.indexOf(left.state) - order.indexOf(right.state));
  return agileBean(call, sorted, SPRINTS, (sprint) => sprintShape(call, sprint));
}

/** A board also shows the active sprints of the earlier boards of its project, whose issues its filter matches too. */
function sprintsShownBy(directory: Directory, board: Board): readonly Sprint[] {
  const earlier = directory.boards.filter(
    ({ id, projectId }) => projectId === board.projectId && Number(id) < Number(board.id),
  );
  const foreign = new Set(earlier.map(({ id }) => id));
  return directory.sprints.filter(
    ({ boardId, state }) => boardId === board.id || (state === 'active' && foreign.has(boardId)),
  );
}
