import type { Directory } from '../model.js';
import { Draw, hash, SALT, unit } from '../random.js';
import { type AdfDocument, richDocument } from './adf.js';
import type { Child, EntityProperty } from './children.js';
import { restricted } from './comments.js';
import type { IssueTable } from './issue-table.js';
import type { Readable } from './shapes.js';

export interface WorklogRecord extends Child, Readable {
  readonly author: number;
  readonly updateAuthor: number;
  /** Epoch ms: when the work was done, when it was written down, when last changed. */
  readonly started: number;
  readonly created: number;
  readonly updated: number;
  readonly seconds: number;
  /** null: logged without a word. */
  readonly comment: () => AdfDocument | null;
  readonly properties?: readonly EntityProperty[];
}

const HOUR = 3_600_000;

/** When the n-th of `count` worklogs of an issue was last changed; the feed sorts by this without making the worklogs. */
export function worklogTimes(
  seed: number,
  table: IssueTable,
  issue: number,
  n: number,
  count: number,
): { created: number; updated: number } {
  const from = table.created[issue] ?? 0;
  const until = table.madeUntil[issue] ?? 0;
  const created = Math.floor(from + ((n + unit(seed, SALT.worklog, issue, n)) / count) * (until - from));
  const wasEdited = unit(seed, SALT.worklog + 1, issue, n) < 0.1;
  return { created, updated: wasEdited ? Math.floor(created + (until - created) / 2) : created };
}

export function makeWorklogs(
  seed: number,
  directory: Directory,
  table: IssueTable,
  issue: number,
  firstId: number,
  count: number,
): WorklogRecord[] {
  return Array.from({ length: count }, (_, n) => {
    const { created, updated } = worklogTimes(seed, table, issue, n, count);
    const author = hash(seed, SALT.worklog + 2, issue, n) % directory.people.length;
    const lastEditor = hash(seed, SALT.worklog + 3, issue, n) % directory.people.length;
    return {
      id: firstId + n,
      issue,
      author,
      updateAuthor: updated === created ? author : lastEditor,
      started: created - Math.floor(unit(seed, SALT.worklog + 4, issue, n) * 60) * HOUR,
      created,
      updated,
      seconds: 60 * (1 + (hash(seed, SALT.worklog + 5, issue, n) % 480)),
      ...restricted(seed, directory, SALT.worklog + 6, issue, n),
      comment: () => commentOf(seed, directory, issue, n),
    };
  });
}

function commentOf(seed: number, directory: Directory, issue: number, n: number): AdfDocument | null {
  const draw = new Draw(seed, SALT.worklog + 7, issue, n);
  return draw.chance(0.3) ? null : richDocument(draw, directory.people, 2);
}

/** `1d 2h 5m` as Jira writes it: a day has 8 hours, a week 5 days. */
export function duration(seconds: number): string {
  const units = [
    [144_000, 'w'],
    [28_800, 'd'],
    [3_600, 'h'],
    [60, 'm'],
  ] as const;
  let rest = seconds;
  const parts = units.flatMap(([size, name]) => {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    return amount === 0 ? [] : [`${amount}${name}`];
  });
  return parts.length === 0 ? '0m' : parts.join(' ');
}
