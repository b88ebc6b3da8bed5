/** Sprints by name: the active and future ones of the boards of the projects that may be written to. */
import type { Json } from '../../contract/table.js';
import { own } from '../../core/json-path.js';
import { didYouMean } from '../../core/yaml-file.js';
import { HttpStatusError } from '../../http/errors.js';
import { encodeSegment } from '../../http/url.js';
import { BadValue, quoted } from '../values/bad-value.js';
import { byOffset } from './listed.js';
import type { Site } from './site.js';

interface Sprint {
  readonly id: string;
  readonly name: string;
  /** The board that lists it. */
  readonly board: string;
}

const AGILE = '/rest/agile/1.0';
const PAGE = 50;

/** An id is taken as it is. @throws BadValue for a name that none has, or several, or that is also the id of another */
export async function sprintOf(site: Site, projects: readonly string[], wanted: string): Promise<number> {
  const isId = /^[1-9]\d{0,14}$/.test(wanted);
  const all = await (isId ? openIfTold(site, projects) : openSprints(site, projects));
  const named = all.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  const ids = [...new Set(named.map(({ id }) => id))];
  const [id] = ids;
  if (isId) {
    if (ids.every((one) => one === wanted)) return Number(wanted);
    throw new BadValue(
      `${quoted(wanted)} is the name of the sprint ${ids.join(', ')}, and may be the id of another; give the id ${ids.join(' or ')}, or the name of the other`,
    );
  }
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

/** None to whom the site does not tell of its sprints: to them a number is an id. */
async function openIfTold(site: Site, projects: readonly string[]): Promise<readonly Sprint[]> {
  try {
    return await openSprints(site, projects);
  } catch (error) {
    if (error instanceof BadValue || (error instanceof HttpStatusError && error.mayNot)) return [];
    throw error;
  }
}

/** @throws BadValue where the site does not list them all: what it leaves out may have the name */
async function openSprints(site: Site, projects: readonly string[]): Promise<readonly Sprint[]> {
  const boards = new Map<string, string>();
  for (const projectKeyOrId of projects)
    for (const board of await allOf(site, `${AGILE}/board`, { projectKeyOrId }))
      if (own(board, 'type') !== 'kanban') boards.set(String(own(board, 'id')), String(own(board, 'name')));
  const found: Sprint[] = [];
  for (const [id, board] of boards) {
    const sprints = await allOf(site, `${AGILE}/board/${encodeSegment(id)}/sprint`, { state: 'active,future' });
    for (const one of sprints) found.push({ id: String(own(one, 'id')), name: String(own(one, 'name')), board });
  }
  return found;
}

/** None where there are no boards (404), or a board has no sprints (400): the site says it of the first page. Whoever may not look (403) is told nothing. */
async function allOf(site: Site, path: string, query: Readonly<Record<string, string>>): Promise<readonly Json[]> {
  const { items, isWhole } = await byOffset('values', async (startAt) => {
    try {
      return await site.once(path, { ...query, startAt: String(startAt), maxResults: String(PAGE) });
    } catch (error) {
      if (!(error instanceof HttpStatusError && [400, 403, 404].includes(error.status))) throw error;
      return startAt === 0 && error.status !== 403 ? NONE : null;
    }
  });
  if (!isWhole)
    throw new BadValue('the site does not list all sprints of the boards, and another may have the name; give the id');
  return items;
}

const NONE: Json = { values: [], total: 0 };
