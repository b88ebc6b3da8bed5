/** How many comments, worklogs and histories an issue has. */

import type { IssueCounts, SiteOptions } from '../model.js';
import { SALT, unit } from '../random.js';

/** Shares of issues by count: up to the cumulative share, between `from` and `to`. */
type Mix = readonly { readonly upTo: number; readonly from: number; readonly to: number }[];

/** Mean about 4. */
const COMMENTS: Mix = [
  { upTo: 0.4, from: 0, to: 0 },
  { upTo: 0.9, from: 1, to: 6 },
  { upTo: 0.99, from: 7, to: 20 },
  { upTo: 0.998, from: 21, to: 60 },
  { upTo: 1, from: 250, to: 300 },
];

/** Mean about 3. */
const WORKLOGS: Mix = [
  { upTo: 0.55, from: 0, to: 0 },
  { upTo: 0.9, from: 1, to: 5 },
  { upTo: 0.985, from: 6, to: 18 },
  { upTo: 0.998, from: 21, to: 40 },
  { upTo: 1, from: 100, to: 260 },
];

/** Mean about 10. */
const HISTORIES: Mix = [
  { upTo: 0.05, from: 0, to: 0 },
  { upTo: 0.6, from: 1, to: 7 },
  { upTo: 0.9, from: 8, to: 18 },
  { upTo: 0.99, from: 19, to: 39 },
  { upTo: 1, from: 45, to: 150 },
];

interface Mixes {
  readonly comments: Mix;
  readonly worklogs: Mix;
  readonly histories: Mix;
}

const DEMO: Mixes = { comments: COMMENTS, worklogs: WORKLOGS, histories: HISTORIES };

/** Means about 3, 2 and 7; of each one issue in a hundred has more than lies inside a page. */
const REAL: Mixes = {
  comments: [
    { upTo: 0.5, from: 0, to: 0 },
    { upTo: 0.91, from: 1, to: 5 },
    { upTo: 0.99, from: 6, to: 18 },
    { upTo: 0.998, from: 21, to: 60 },
    { upTo: 1, from: 110, to: 240 },
  ],
  worklogs: [
    { upTo: 0.7, from: 0, to: 0 },
    { upTo: 0.92, from: 1, to: 5 },
    { upTo: 0.99, from: 6, to: 18 },
    { upTo: 0.998, from: 21, to: 40 },
    { upTo: 1, from: 100, to: 200 },
  ],
  histories: [
    { upTo: 0.05, from: 0, to: 0 },
    { upTo: 0.75, from: 1, to: 7 },
    { upTo: 0.94, from: 8, to: 16 },
    { upTo: 0.99, from: 17, to: 36 },
    { upTo: 1, from: 45, to: 150 },
  ],
};

/** The odd cases that every site has, however small: by place of the issue. */
const ALWAYS: ReadonlyMap<number, Partial<IssueCounts>> = new Map([
  [3, { comments: 0, worklogs: 0, histories: 0 }],
  [7, { comments: 260 }],
  [11, { worklogs: 45 }],
  [13, { histories: 120 }],
]);

export function countsOf(options: SiteOptions, issue: number): IssueCounts {
  const { perIssue, seed } = options;
  if (perIssue !== null && perIssue !== 'real' && !perIssue.spread) return perIssue;
  const mixes = perIssue === 'real' ? REAL : perIssue === null ? DEMO : spreadAround(perIssue);
  const drawn = {
    comments: draw(mixes.comments, seed, issue, 0),
    worklogs: draw(mixes.worklogs, seed, issue, 1),
    histories: draw(mixes.histories, seed, issue, 2),
  };
  return perIssue === null || perIssue === 'real' ? { ...drawn, ...ALWAYS.get(issue) } : drawn;
}

function spreadAround({ comments, worklogs, histories }: IssueCounts): Mixes {
  const evenly = (mean: number): Mix => [{ upTo: 1, from: 0, to: 2 * mean }];
  return { comments: evenly(comments), worklogs: evenly(worklogs), histories: evenly(histories) };
}

function draw(mix: Mix, seed: number, issue: number, kind: number): number {
  const share = unit(seed, SALT.counts, issue, kind);
  const band = mix.find(({ upTo }) => share < upTo) ?? { from: 0, to: 0 };
  return band.from + Math.floor(unit(seed, SALT.counts + 100, issue, kind) * (band.to - band.from + 1));
}
