import type { Directory } from '../model.js';
import { Draw, hash, SALT, unit } from '../random.js';
import { type AdfDocument, richDocument } from './adf.js';
import type { Child, EntityProperty } from './children.js';
import type { IssueTable } from './issue-table.js';
import type { Readable } from './shapes.js';

export interface CommentRecord extends Child, Readable {
  /** Places in `directory.people`. */
  readonly author: number;
  readonly updateAuthor: number;
  /** Epoch ms. */
  readonly created: number;
  readonly updated: number;
  readonly body: () => AdfDocument;
  readonly properties?: readonly EntityProperty[];
}

/** Comments spread over the life of the issue; one in ten was edited later, never after the issue's own `updated`. */
export function makeComments(
  seed: number,
  directory: Directory,
  table: IssueTable,
  issue: number,
  firstId: number,
  count: number,
): CommentRecord[] {
  const from = table.created[issue] ?? 0;
  const life = (table.madeUntil[issue] ?? 0) - from;
  return Array.from({ length: count }, (_, n) => {
    const created = Math.floor(from + ((n + unit(seed, SALT.comment, issue, n)) / count) * life);
    const author = hash(seed, SALT.comment + 1, issue, n) % directory.people.length;
    const wasEdited = unit(seed, SALT.comment + 2, issue, n) < 0.1;
    return {
      id: firstId + n,
      issue,
      author,
      updateAuthor: author,
      created,
      updated: wasEdited ? Math.floor(created + (from + life - created) / 2) : created,
      ...restricted(seed, directory, SALT.comment + 3, issue, n),
      body: () => richDocument(new Draw(seed, SALT.comment + 4, issue, n), directory.people, 3),
    };
  });
}

/** One in thirty is for one group only. */
export function restricted(seed: number, directory: Directory, salt: number, issue: number, n: number): Readable {
  const share = unit(seed, salt, issue, n);
  return share < 0.033 && directory.groups.length > 0
    ? { group: hash(seed, salt, n, issue) % directory.groups.length }
    : {};
}
