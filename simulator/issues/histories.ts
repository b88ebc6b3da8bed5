/** The changelog of an issue: what the seed says happened between its creation and its last update. */

import { Draw, pickAt, SALT, unit } from '../random.js';
import { type ChangeItem, change } from './change-item.js';
import type { Child } from './children.js';
import { FIRST_ISSUE_ID, type IssueTable } from './issue-table.js';
import { NOTHING, type Past, type Shown, TRACKED, type Tracked, type TrackedName } from './past.js';
import { statusChain, statusItems } from './status-past.js';
import { sentenceOf } from './words.js';

export interface HistoryRecord extends Child {
  /** Place in `directory.people`; NONE where Jira no longer names anybody. */
  readonly author: number;
  /** Epoch ms. */
  readonly created: number;
  readonly items: readonly ChangeItem[];
}

/** Changes that no field of the issue can be held against. */
const LOOSE: Readonly<Record<string, (draw: Draw, issueId: string) => ChangeItem[]>> = {
  work: (draw) => {
    const seconds = String(draw.int(1, 480) * 60);
    const worklog = String(draw.int(10_000, 99_999));
    return [
      change('timeestimate', 'timeestimate', ['28800', '28800'], ['0', '0']),
      change('timespent', 'timespent', NOTHING, [seconds, seconds]),
      change('WorklogId', null, NOTHING, [worklog, worklog]),
    ];
  },
  rank: () => [change('Rank', null, ['', ''], ['', 'Ranked higher'])],
  description: (draw) => [change('description', 'description', [null, sentenceOf(draw)], [null, sentenceOf(draw)])],
  link: (draw) => [change('Link', null, NOTHING, [`ENG-${draw.int(1, 99)}`, 'This issue blocks another one'])],
  parent: (draw) => [
    change('IssueParentAssociation', null, NOTHING, [String(draw.int(10_000, 10_999)), `ENG-${draw.int(1, 99)}`]),
  ],
  version: (draw) => [change('Fix Version', 'fixVersions', NOTHING, [String(draw.int(10_000, 10_060)), '1.0'])],
  remote: (_, issueId) => [
    change('RemoteIssueLink', null, NOTHING, [issueId, 'This issue links to "Wiki page (Confluence)"']),
  ],
};

const TRACKED_NAMES = Object.keys(TRACKED) as TrackedName[];
const OTHERS: readonly string[] = [...TRACKED_NAMES, ...Object.keys(LOOSE)];

/** What the n-th entry of an issue is about. */
function kindAt({ seed, directory }: Past, issue: number, n: number): string {
  if (unit(seed, SALT.history, issue, n) < 0.35) return 'status';
  const kind = pickAt(OTHERS, unit(seed, SALT.history + 500, issue, n));
  return kind === 'sprint' && directory.sprints.length === 0 ? 'rank' : kind;
}

/** Epoch ms: spread over the life of the issue, the last one at its `updated`. */
function momentOf(seed: number, table: IssueTable, issue: number, n: number, count: number): number {
  const from = table.created[issue] ?? 0;
  const until = table.madeUntil[issue] ?? 0;
  if (n === count - 1) return until;
  return Math.floor(from + ((n + unit(seed, SALT.history + 600, issue, n)) / count) * (until - from));
}

/** When the seed last moved the issue to another category of status; its creation when never. Nothing else of the history is made for it. */
export function lastMove(past: Past, issue: number): number {
  const { seed, table } = past;
  const count = (table.historiesBefore[issue + 1] ?? 0) - (table.historiesBefore[issue] ?? 0);
  for (let n = count - 1; n >= 0; n -= 1)
    if (kindAt(past, issue, n) === 'status') return momentOf(seed, table, issue, n, count);
  return table.created[issue] ?? 0;
}

/**
 * Oldest first. Of status, resolution and every tracked field the entries are one chain: from the value at creation to the one the seed gave the
 * issue, each beginning where the last ended.
 */
export function makeHistories(past: Past, issue: number, firstId: number, count: number): HistoryRecord[] {
  const { seed, directory, table } = past;
  const kinds = Array.from({ length: count }, (_, n) => kindAt(past, issue, n));
  const chains = new Map<string, ChangeItem[][]>();
  for (const kind of new Set(kinds)) {
    const steps = kinds.filter((other) => other === kind).length;
    const chain = chainOf(past, issue, kind, steps);
    if (chain !== null) chains.set(kind, chain);
  }
  return kinds.map((kind, n) => {
    const draw = new Draw(seed, SALT.history + 1, issue, n);
    const author = draw.chance(0.02) ? -1 : Math.floor(draw.next() * directory.people.length);
    const items = chains.get(kind)?.shift() ?? LOOSE[kind]?.(draw, String(FIRST_ISSUE_ID + issue)) ?? [];
    return { id: firstId + n, issue, author, created: momentOf(seed, table, issue, n, count), items };
  });
}

/** What each of so many entries about one thing says; null where the entries need not agree. */
function chainOf(past: Past, issue: number, kind: string, steps: number): ChangeItem[][] | null {
  const draw = new Draw(past.seed, SALT.history + 700, issue, OTHERS.indexOf(kind) + 1);
  if (kind === 'status') {
    const chain = statusChain(past, issue, steps, draw);
    return chain.slice(1).map((to, n) => statusItems(past, issue, chain[n] ?? 0, to));
  }
  const name = TRACKED_NAMES.find((one) => one === kind);
  if (name === undefined) return null;
  const tracked: Tracked = TRACKED[name];
  const values = valueChain(tracked.made(past, issue), steps, () => tracked.any(draw, past));
  return values.slice(1).map((to, n) => [change(tracked.field, tracked.fieldId, values[n] ?? NOTHING, to)]);
}

const TRIES = 50;

/** `steps` + 1 values that end at `last`, no two neighbours the same. */
function valueChain(last: Shown, steps: number, any: () => Shown): Shown[] {
  const values = [last];
  for (let step = 0; step < steps; step += 1) {
    const next = values[0] ?? NOTHING;
    let value = any();
    for (let tries = 0; tries < TRIES && value[0] === next[0] && value[1] === next[1]; tries += 1) value = any();
    values.unshift(value);
  }
  return values;
}
