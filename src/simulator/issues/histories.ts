/** The changelog of an issue: what the seed says happened between its creation and its last update. */

import type { Directory } from '../model.js';
import { Draw, SALT, unit } from '../random.js';
import type { Child } from './children.js';
import type { IssueTable } from './issue-table.js';
import { sentenceOf, summaryOf } from './words.js';

/** As Jira sends it; `fieldId` is absent for some fields, and `toString` really is a key. */
export type ChangeItem = Readonly<Record<string, string | null>>;

export interface HistoryRecord extends Child {
  /** Place in `directory.people`; NONE where Jira no longer names anybody. */
  readonly author: number;
  /** Epoch ms. */
  readonly created: number;
  readonly items: readonly ChangeItem[];
}

/** `field` as shown; system fields have a `fieldId`, links and parents have none. */
export function change(
  field: string,
  fieldId: string | null,
  from: readonly [string | null, string | null],
  to: readonly [string | null, string | null],
): ChangeItem {
  const isCustom = fieldId?.startsWith('customfield_') === true;
  const head = { field, fieldtype: isCustom ? 'custom' : 'jira', ...(fieldId === null ? {} : { fieldId }) };
  return { ...head, from: from[0], fromString: from[1], to: to[0], toString: to[1] };
}

const NOTHING = [null, null] as const;

type Maker = (draw: Draw, directory: Directory, issueId: string) => ChangeItem[];

const OTHER_CHANGES: readonly Maker[] = [
  (draw, { people }) => {
    const [before, after] = [draw.pick(people), draw.pick(people)];
    return [
      change('assignee', 'assignee', [before.accountId, before.displayName], [after.accountId, after.displayName]),
    ];
  },
  (draw) => {
    const seconds = draw.int(1, 480) * 60;
    const worklog = String(draw.int(10_000, 99_999));
    return [
      change('timeestimate', 'timeestimate', ['28800', '28800'], ['0', '0']),
      change('timespent', 'timespent', NOTHING, [String(seconds), String(seconds)]),
      change('WorklogId', null, NOTHING, [worklog, worklog]),
    ];
  },
  (draw, { sprints, fields }) => {
    const field = fields.find(({ schema }) => schema.custom?.endsWith(':gh-sprint') === true);
    if (field === undefined || sprints.length === 0) return [change('Rank', null, ['', ''], ['', 'Ranked higher'])];
    const [first, second] = [draw.pick(sprints), draw.pick(sprints)];
    const both = [`${first.id}, ${second.id}`, `${first.name}, ${second.name}`] as const;
    return [change('Sprint', field.id, [first.id, first.name], both)];
  },
  (draw) => [change('labels', 'labels', [null, ''], [null, `backend ${draw.int(1, 9)}`])],
  (draw) => [change('description', 'description', [null, sentenceOf(draw)], [null, sentenceOf(draw)])],
  (draw) => [change('Link', null, NOTHING, [`ENG-${draw.int(1, 99)}`, 'This issue blocks another one'])],
  (draw) => [
    change('IssueParentAssociation', null, NOTHING, [String(draw.int(10_000, 10_999)), `ENG-${draw.int(1, 99)}`]),
  ],
  (draw) => [change('Fix Version', 'fixVersions', NOTHING, [String(draw.int(10_000, 10_060)), '1.0'])],
  (draw) => [change('summary', 'summary', [null, summaryOf(draw)], [null, summaryOf(draw)])],
  (draw, { priorities }) => {
    const [before, after] = [draw.pick(priorities), draw.pick(priorities)];
    return [change('priority', 'priority', [before.id, before.name], [after.id, after.name])];
  },
  (draw) => [change('Story Points', 'customfield_10026', NOTHING, [null, String(draw.int(1, 13))])],
  (_, __, issueId) => [
    change('RemoteIssueLink', null, NOTHING, [issueId, 'This issue links to "Wiki page (Confluence)"']),
  ],
];

/** Oldest first; the last one is at the issue's `updated`, and the last change of status ends at `status`. */
export function makeHistories(
  seed: number,
  directory: Directory,
  table: IssueTable,
  status: number,
  issue: number,
  firstId: number,
  count: number,
): HistoryRecord[] {
  const from = table.created[issue] ?? 0;
  const until = table.madeUntil[issue] ?? 0;
  const isStatus = Array.from({ length: count }, (_, n) => unit(seed, SALT.history, issue, n) < 0.35);
  const lastStatus = isStatus.lastIndexOf(true);
  let current = 0;
  return isStatus.map((changesStatus, n) => {
    const draw = new Draw(seed, SALT.history + 1, issue, n);
    const created = n === count - 1 ? until : Math.floor(from + ((n + draw.next()) / count) * (until - from));
    const author = draw.chance(0.02) ? -1 : Math.floor(draw.next() * directory.people.length);
    if (!changesStatus) {
      const items = draw.pick(OTHER_CHANGES)(draw, directory, String(10_000 + issue));
      return { id: firstId + n, issue, author, created, items };
    }
    const next = n === lastStatus ? status : Math.floor(draw.next() * directory.statuses.length);
    const item = statusChange(directory, current, next);
    current = next;
    return { id: firstId + n, issue, author, created, items: [item] };
  });
}

export function statusChange(directory: Directory, from: number, to: number): ChangeItem {
  const named = (place: number): readonly [string | null, string | null] => {
    const status = directory.statuses[place];
    return status === undefined ? NOTHING : [status.id, status.name];
  };
  return change('status', 'status', named(from), named(to));
}
