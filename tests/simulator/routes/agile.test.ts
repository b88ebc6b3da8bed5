import { describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../simulator/simulator.js';
import { DEFAULT_SITE } from '../../../simulator/site/options.js';
import { asking, each, FEW_ISSUES, type Members, within } from './ask.js';

const { directory, ask } = asking();
const boardOf = (type: string): string => directory.boards.find((board) => board.type === type)?.id ?? '';

describe('boards', () => {
  it('numbers boards with integers and cuts pages at 50', () => {
    const large = asking({ ...DEFAULT_SITE, boards: 70 });
    const page = large.ask('/rest/agile/1.0/board?maxResults=500');
    expect(page.body).toMatchObject({ maxResults: 50, startAt: 0, total: 70, isLast: false });
    expect(page.rows[0]?.id).toBe(1);
  });

  it('keeps a private board back, and shows it without name and type', () => {
    expect(ask('/rest/agile/1.0/board').body.total).toBe(6);
    const { rows } = ask('/rest/agile/1.0/board?includePrivate=true');
    expect(Object.keys(rows[6] ?? {}).sort()).toEqual(['id', 'isPrivate', 'self']);
    expect(ask('/rest/agile/1.0/board/7').status).toBe(404);
  });

  it('answers 400 to the sprints of kanban and simple boards, which exist all the same', () => {
    for (const type of ['kanban', 'simple']) {
      const refused = ask(`/rest/agile/1.0/board/${boardOf(type)}/sprint`);
      expect([refused.status, refused.body.errorMessages]).toEqual([400, ['The board does not support sprints']]);
      expect(ask(`/rest/agile/1.0/board/${boardOf(type)}`).body.type).toBe(type);
    }
  });

  it('shows one sprint on two boards, so that a sprint alone is no key of the list', () => {
    const scrum = directory.boards.filter(({ type }) => type === 'scrum');
    const lists = scrum.map(({ id }) => ask(`/rest/agile/1.0/board/${id}/sprint`).rows);
    const ids = each(lists.flat(), 'id');
    expect(ids.length).toBeGreaterThan(directory.sprints.length);
    expect(new Set(ids).size).toBe(directory.sprints.length);
    const foreign = lists.at(-1)?.filter(({ originBoardId }) => originBoardId !== 5);
    expect(foreign).toMatchObject([{ state: 'active', originBoardId: 1 }]);
  });

  it('lists sprints as closed, active, future, with dates in UTC and none on the far future', () => {
    const { rows } = ask('/rest/agile/1.0/board/1/sprint');
    expect([...new Set(each(rows, 'state'))]).toEqual(['closed', 'active', 'future']);
    expect(rows[0]?.completeDate).toMatch(/Z$/);
    expect(rows.at(-1)).not.toHaveProperty('startDate');
    expect(ask('/rest/agile/1.0/board/1/sprint?state=active,future').body.total).toBe(3);
  });

  it('configures scrum boards with an estimate, kanban boards with a sub-filter, all with a rank field', () => {
    const scrum = ask('/rest/agile/1.0/board/1/configuration').body;
    const kanban = ask(`/rest/agile/1.0/board/${boardOf('kanban')}/configuration`).body;
    expect(scrum).toMatchObject({ estimation: { field: { fieldId: 'customfield_10016' } } });
    expect(kanban).not.toHaveProperty('estimation');
    expect(kanban).toMatchObject({ subQuery: { query: expect.stringContaining('fixVersion') } });
    expect(each([scrum, kanban], 'ranking')).toEqual([{ rankCustomFieldId: 10019 }, { rankCustomFieldId: 10019 }]);
  });

  it('answers 403 everywhere without a licence, 404 for unknown boards, 400 for what is no id', () => {
    const bare = asking(DEFAULT_SITE, { software: false });
    expect(bare.ask('/rest/agile/1.0/board').status).toBe(403);
    expect(bare.ask('/rest/software/1.0/board/1/issue').status).toBe(403);
    expect(ask('/rest/agile/1.0/board/99/configuration').status).toBe(404);
    expect(ask('/rest/agile/1.0/board/one').status).toBe(400);
  });
});

describe('issues of boards and sprints', () => {
  it('gives 5000 keys a page but only 100 issues with any other field', () => {
    const keys = ask('/rest/software/1.0/board/1/issue?maxResults=9000&fields=id,key');
    expect([keys.rows.length, keys.body.isLast, keys.body.nextPageToken]).toEqual([300, true, undefined]);
    const full = ask('/rest/software/1.0/board/1/issue?maxResults=9000&fields=summary');
    expect([full.rows.length, full.body.isLast]).toEqual([100, false]);
    expect(full.body).not.toHaveProperty('total');
  });

  it('walks a board by tokens and gives every issue once, in rank order', () => {
    const got: unknown[] = [];
    for (let token = ''; ; ) {
      const page = ask(`/rest/software/1.0/board/1/issue?fields=key&nextPageToken=${token}`);
      got.push(...each(page.rows, 'id'));
      if (page.body.isLast === true) break;
      token = String(page.body.nextPageToken);
    }
    expect(got).toEqual(FEW_ISSUES.idsOfProject('10000'));
  });

  it('refuses a token of another board, another query, or nobody', () => {
    const { nextPageToken } = ask('/rest/software/1.0/board/1/issue?fields=key').body;
    expect(ask(`/rest/software/1.0/board/3/issue?nextPageToken=${nextPageToken}`).status).toBe(400);
    expect(ask(`/rest/software/1.0/board/1/issue?jql=a&nextPageToken=${nextPageToken}`).status).toBe(400);
    expect(ask('/rest/software/1.0/board/1/issue?nextPageToken=!!').status).toBe(400);
  });

  it('still serves the older offset lists, with a total', () => {
    const page = ask('/rest/agile/1.0/board/1/issue?startAt=250&maxResults=100&fields=key');
    expect(page.body).toMatchObject({ startAt: 250, maxResults: 100, total: 300 });
    expect(page.rows).toHaveLength(50);
    expect(each(ask('/rest/agile/1.0/sprint/1/issue').rows, 'id')).toEqual(['10000', '10007']);
  });

  it('filters by jql and shows fields where the issues can do both', () => {
    const able = {
      ...FEW_ISSUES,
      matching: (all: readonly string[], jql: string) => all.filter((id) => jql === 'odd' && Number(id) % 2 === 1),
      render: (id: string, fields: readonly string[]) => ({ id, fields: { asked: fields } }),
    };
    const site = asking(DEFAULT_SITE, {}, able);
    const { rows } = site.ask('/rest/software/1.0/sprint/1/issue?jql=odd&fields=summary,key');
    expect(rows).toEqual([{ id: '10007', fields: { asked: ['summary'] } }]);
  });

  it('answers 404 for sprints that do not exist', () => {
    expect(ask('/rest/software/1.0/sprint/999/issue').status).toBe(404);
  });

  it('keeps epics off scrum boards but on kanban boards of the same project', async () => {
    const simulator = await startSimulator({ fixedClock: true });
    try {
      const idsOf = (board: string, jql: string) => boardIds(simulator, board, jql);
      const epics = await idsOf(boardOf('kanban'), 'issuetype = Epic');
      expect(epics.length).toBeGreaterThan(0);
      expect(await idsOf('1', 'issuetype = Epic')).toEqual([]);
      expect(await idsOf('1', '')).toHaveLength((await idsOf(boardOf('kanban'), '')).length - epics.length);
    } finally {
      await simulator.close();
    }
  });
});

async function boardIds(simulator: Simulator, board: string, jql: string): Promise<unknown[]> {
  const authorization = `Bearer ${simulator.pat}`;
  const query = new URLSearchParams({ fields: 'id', maxResults: '5000', jql });
  const response = await fetch(`${simulator.url}/rest/software/1.0/board/${board}/issue?${query}`, {
    headers: { authorization },
  });
  const body = (await response.json()) as Members;
  return each(within(body, 'issues'), 'id');
}
