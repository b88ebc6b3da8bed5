/** A busy site: random edits that are the same for the same seed and the same churns before. */

import { Draw, SALT } from '../random.js';
import type { SiteEdits } from './edits.js';
import type { SiteIssues } from './site-issues.js';

/** How many of each a churn makes, spread over issues that are drawn from the seed. */
export interface Churn {
  readonly updates?: number;
  readonly comments?: number;
  readonly worklogs?: number;
  readonly deletedWorklogs?: number;
  /** Issues deleted, each with its sub-tasks. */
  readonly deletes?: number;
}

const TRIES = 10_000;

/** `number`: which churn of the site this is. */
export function churn(site: SiteIssues, edits: SiteEdits, wanted: Churn, number: number): void {
  const { updates = 0, comments = 0, worklogs = 0, deletedWorklogs = 0, deletes = 0 } = wanted;
  const draw = new Draw(site.options.seed, SALT.churn, number);
  const each = (times: number, edit: (issueId: string) => void): void => {
    for (let n = 0; n < times; n += 1) {
      edits.advance(1);
      edit(anyIssue(site, draw));
    }
  };
  each(updates, (id) => edits.updateIssue(id, { summary: `Changed in churn ${number}: ${draw.int(1, 1e6)}` }));
  each(comments, (id) => void edits.addComment(id));
  each(worklogs, (id) => void edits.addWorklog(id, { seconds: draw.int(1, 8) * 900 }));
  each(deletedWorklogs, () => edits.deleteWorklog(anyWorklog(site, draw)));
  each(deletes, (id) => edits.deleteIssue(id));
}

function anyIssue(site: SiteIssues, draw: Draw): string {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const place = draw.int(0, site.table.size - 1);
    if (site.table.visible[place] === 1) return site.idOf(place);
  }
  throw new RangeError('the simulated site has hardly any visible issues left to change');
}

function anyWorklog(site: SiteIssues, draw: Draw): string {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const [worklog] = site.worklogs.of(site.find(anyIssue(site, draw)) ?? 0);
    if (worklog !== undefined) return String(worklog.id);
  }
  throw new RangeError('the simulated site has hardly any worklogs left to delete');
}
