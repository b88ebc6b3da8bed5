/** What one parent does not show protects what hangs on it, and nothing else. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type JiraAndWarehouse, jiraAndWarehouse } from '../helpers/jira-and-warehouse.js';

const STREAMS = ['board_sprints', 'sprint_issues'];
let world: JiraAndWarehouse;
beforeEach(async () => {
  world = await jiraAndWarehouse({ projects: 3, boards: 6, sprints: 8 });
});
afterEach(() => world.close());

const live = async (sprint: string) =>
  (await world.rows(`select issue_id id from sprint_issues where sprint_id = '${sprint}'`)).map(({ id }) => id).sort();

function sprintWithIssues(skip: string): string {
  const { site } = world.jira;
  return (
    site.directory.sprints.find(({ id, boardId }) => boardId !== skip && site.idsOfSprint(id).length > 1)?.id ?? ''
  );
}

test('an issue that leaves a sprint leaves its table although a team-managed board has no sprints to show', async () => {
  expect(world.jira.site.directory.boards.some(({ type }) => type === 'simple')).toBe(true);
  await world.sync(STREAMS);
  const sprint = sprintWithIssues('');
  const [issue = ''] = world.jira.site.idsOfSprint(sprint);
  world.jira.edit.updateIssue(issue, { sprint: null });
  const ran = await world.sync(STREAMS);
  expect(ran.of('sprint_issues').state).toBe('ok');
  expect(await live(sprint)).toEqual([...world.jira.site.idsOfSprint(sprint)].sort());
});

test('while a board is forbidden the sprints of the others are judged, and its own stay as they are', async () => {
  await world.sync(STREAMS);
  const { site, faults, edit } = world.jira;
  const refused = site.directory.boards.find(
    ({ id, type }) => type === 'scrum' && site.directory.sprints.some((one) => one.boardId === id),
  );
  const own = site.directory.sprints.filter(({ boardId, state }) => boardId === refused?.id && state !== 'active');
  const before = await Promise.all(own.map(({ id }) => live(id)));
  const sprint = sprintWithIssues(refused?.id ?? '');
  const [issue = ''] = site.idsOfSprint(sprint);
  edit.updateIssue(issue, { sprint: null });
  faults.add({ match: `GET /rest/agile/1.0/board/${refused?.id}/sprint`, times: 99, status: 403, body: {} });
  await world.sync(STREAMS);
  expect(await live(sprint)).toEqual([...site.idsOfSprint(sprint)].sort());
  expect(before.flat().length).toBeGreaterThan(0);
  expect(await Promise.all(own.map(({ id }) => live(id)))).toEqual(before);
});

test('a board that is removed takes its sprints and their issues along although a team-managed board has none to show', async () => {
  await world.sync(STREAMS);
  const { site, edit } = world.jira;
  const listed = new Set((await world.rows('select id from board_sprints')).map(({ id }) => String(id)));
  const board = site.directory.boards.findLast(
    ({ id, type }) => type === 'scrum' && site.directory.sprints.some((one) => one.boardId === id),
  );
  edit.directory.removeBoard(board?.id ?? '');
  const ran = await world.sync(STREAMS);
  expect(ran.failures).toEqual([]);
  const left = new Set((await world.rows('select id from board_sprints')).map(({ id }) => String(id)));
  const gone = [...listed].filter((id) => !left.has(id) && site.idsOfSprint(id).length > 0);
  expect(gone.length).toBeGreaterThan(0);
  for (const sprint of gone) expect(await live(sprint)).toEqual([]);
});
