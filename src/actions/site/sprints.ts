/** Sprints by name: the active and future ones of the boards of the projects that may be written to. */
import type { Json } from '../../contract/table.js';
import { own } from '../../core/json-path.js';
import { didYouMean } from '../../core/yaml-file.js';
import { HttpStatusError } from '../../http/errors.js';
import { encodeSegment } from '../../http/url.js';
import { BadValue, quoted } from '../values/bad-value.js';
import { listAt, type Site } from './site.js';

interface Sprint {
  readonly id: string;
  readonly name: string;
  /** The board that lists it. */
  readonly board: string;
}

const AGILE = '/rest/agile/1.0';
const PAGE = 50;
const MOST_PAGES = 200;

/** An id is taken as it is. @throws BadValue for a name that none has, or several */
export async function sprintOf(site: Site, projects: readonly string[], wanted: string): Promise<number> {
  if (/^[1-9]\d{0,14}$/.test(wanted)) return Number(wanted);
  const all = await openSprints(site, projects);
  const named = all.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  const ids = [...new Set(named.map(({ id }) => id))];
  const [id] = ids;
  if (id === undefined)
    throw new BadValue(
      `no active or future sprint of ${projects.join(', ')} is called ${quoted(wanted)}.${didYouMean(
        wanted,
        all.map(({ name }) => name),
      )} Closed ones go by id.`,
    );
  if (ids.length > 1) {
    const list = named.map((one) => `${one.id} (board ${one.board})`).join(', ');
    throw new BadValue(`${ids.length} sprints are called ${quoted(wanted)}: ${list}; give one of these ids`);
  }
  return Number(id);
}

async function openSprints(site: Site, projects: readonly string[]): Promise<readonly Sprint[]> {
  const boards = new Map<string, string>();
  for (const projectKeyOrId of projects)
    for (const board of await pagesOf(site, `${AGILE}/board`, { projectKeyOrId }))
      if (own(board, 'type') !== 'kanban') boards.set(String(own(board, 'id')), String(own(board, 'name')));
  const found: Sprint[] = [];
  for (const [id, board] of boards) {
    const sprints = await pagesOf(site, `${AGILE}/board/${encodeSegment(id)}/sprint`, { state: 'active,future' });
    for (const one of sprints) found.push({ id: String(own(one, 'id')), name: String(own(one, 'name')), board });
  }
  return found;
}

/** None where there are no boards, or a board has no sprints: the site refuses to list them then. */
async function pagesOf(site: Site, path: string, query: Readonly<Record<string, string>>): Promise<readonly Json[]> {
  const all: Json[] = [];
  for (let page = 0; page < MOST_PAGES; page++) {
    const asked = site.once(path, { ...query, startAt: String(all.length), maxResults: String(PAGE) });
    const answer = await asked.catch((error: unknown) => {
      if (error instanceof HttpStatusError && [400, 403, 404].includes(error.status)) return null;
      throw error;
    });
    const rows = listAt(answer, 'values');
    all.push(...rows);
    if (rows.length === 0 || own(answer, 'isLast') !== false) break;
  }
  return all;
}
