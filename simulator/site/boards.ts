import type { Board, Project, SiteOptions, Sprint } from '../model.js';

const DAY_MS = 86_400_000;
const SPRINT_DAYS = 14;
/** One round of six boards: half scrum, a third kanban, the rest of team-managed projects. */
const TYPES: readonly Board['type'][] = ['scrum', 'kanban', 'scrum', 'simple', 'scrum', 'kanban'];

/** Boards of the live software projects. `simple` boards belong to team-managed projects, the two other types to the others. */
export function makeBoards(options: SiteOptions, projects: readonly Project[]): Board[] {
  const live = projects.filter((project) => project.state === 'live');
  const software = live.filter((project) => project.projectTypeKey === 'software');
  const homes = {
    classic: software.filter((project) => project.style === 'classic'),
    simple: software.filter((project) => project.style === 'next-gen'),
  };
  return Array.from({ length: options.boards }, (_, number) => {
    const type = boardType(number, homes.simple.length > 0);
    const candidates = type === 'simple' ? homes.simple : homes.classic;
    const project = candidates[Math.floor(number / 2) % Math.max(1, candidates.length)] ?? live[0];
    return {
      id: String(number + 1),
      name: `${project?.key ?? 'Empty'} ${type} board${number % 4 === 1 ? ' – équipe β' : ''}`,
      type,
      projectId: project?.id ?? '',
      filterId: String(10_100 + number),
    };
  });
}

function boardType(number: number, hasTeamManaged: boolean): Board['type'] {
  const type = TYPES[number % TYPES.length] ?? 'scrum';
  return type === 'simple' && !hasTeamManaged ? 'scrum' : type;
}

/** Sprints of two weeks on the scrum boards: closed ones in the past, then one active, then (from four on) two future ones. */
export function makeSprints(options: SiteOptions, boards: readonly Board[]): Sprint[] {
  const scrum = boards.filter((board) => board.type === 'scrum');
  const perBoard = scrum.map((_, number) => share(options.sprints, scrum.length, number));
  let id = 0;
  return scrum.flatMap((board, number) => {
    const count = perBoard[number] ?? 0;
    return Array.from({ length: count }, (_, place) => {
      id += 1;
      return makeSprint(options.now, board, id, place, count);
    });
  });
}

/** Spreads `total` over `parts` as evenly as whole numbers allow. */
function share(total: number, parts: number, number: number): number {
  return Math.floor(total / parts) + (number < total % parts ? 1 : 0);
}

function makeSprint(now: number, board: Board, id: number, place: number, count: number): Sprint {
  const future = count >= 4 ? 2 : 0;
  const away = place - (count - 1 - future);
  const start = now - 5 * DAY_MS + away * SPRINT_DAYS * DAY_MS;
  const end = start + SPRINT_DAYS * DAY_MS;
  const named = { id: String(id), name: `${board.name.split(' ')[0]} Sprint ${place + 1}`, boardId: board.id };
  const goal = place % 3 === 0 ? { goal: `Ziel ${place + 1}: ship it ✅` } : {};
  if (away > 0) {
    // The next sprint may be planned; the one after it has no dates yet.
    return { ...named, ...goal, state: 'future', ...(away === 1 ? { start, end } : {}) };
  }
  return {
    ...named,
    ...goal,
    start,
    end,
    ...(away === 0 ? { state: 'active' } : { state: 'closed', complete: end + 3_600_000 }),
  };
}
