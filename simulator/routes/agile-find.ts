import type { Board, Directory, Sprint } from '../model.js';
import { badRequest, Refusal } from '../refusal.js';

/** The board with this id; refuses with 404 when there is none, with 400 what is no id. */
export function findBoard(directory: Directory, id: string): Board {
  const found = directory.boards.find((board) => board.id === wholeId('board', id));
  if (found === undefined) {
    throw new Refusal(404, [
      'The requested board cannot be viewed because it either does not exist or you do not have permission to view it.',
    ]);
  }
  return found;
}

/** The sprint with this id, refused as boards are. */
export function findSprint(directory: Directory, id: string): Sprint {
  const found = directory.sprints.find((sprint) => sprint.id === wholeId('sprint', id));
  if (found === undefined) {
    throw new Refusal(404, ['Sprint does not exist or you do not have permission to view it.']);
  }
  return found;
}

function wholeId(noun: string, id: string): string {
  if (!/^\d+$/.test(id)) {
    throw badRequest(`The ${noun} id must be a whole number, but was '${id}'.`);
  }
  return id;
}
