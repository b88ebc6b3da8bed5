/** The field Sprint shows all sprints of an issue, closed ones too, and is set by the id of the one that is to come, or is under way. */
import type { Json } from '../../contract/table.js';
import { isObject, own } from '../../core/json-path.js';

/** Before version 9 Data Center shows the Java object: `….Sprint@1f[id=12,…,state=ACTIVE,name=…]`. */
const TEXT = /\.Sprint@[0-9a-f]+\[id=(\d+),.*?\bstate=([A-Z]+)/;

interface Shown {
  readonly id: number;
  readonly isClosed: boolean;
}

/** The id of the sprint that an issue is in, null for none; undefined for what is no list of sprints. */
export function presentSprint(shown: unknown): Json | undefined {
  if (!Array.isArray(shown) || shown.length === 0) return undefined;
  const sprints = shown.map(sprintIn);
  if (sprints.some((one) => one === null)) return undefined;
  return sprints.find((one) => one?.isClosed === false)?.id ?? null;
}

/** Whether an issue is in the sprint of this id, or was when it was closed. */
export const isInSprint = (shown: unknown, id: Json): boolean =>
  Array.isArray(shown) && typeof id === 'number' && shown.some((one) => sprintIn(one)?.id === id);

function sprintIn(shown: unknown): Shown | null {
  if (typeof shown === 'string') {
    const [, id, state] = TEXT.exec(shown) ?? [];
    return id === undefined ? null : { id: Number(id), isClosed: state === 'CLOSED' };
  }
  const [id, state] = [own(shown, 'id'), own(shown, 'state')];
  const isSprint =
    isObject(shown) && typeof state === 'string' && (own(shown, 'boardId') ?? own(shown, 'goal')) !== undefined;
  return isSprint ? { id: Number(id), isClosed: state.toLowerCase() === 'closed' } : null;
}
