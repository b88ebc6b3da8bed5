/** Changes of what is there already: how it is now tells whether they were made. */
import type { Json } from '../../contract/table.js';
import { own } from '../../core/json-path.js';
import { encodeSegment } from '../../http/url.js';
import type { Entry } from '../journal/entry.js';
import * as read from '../site/read-target.js';
import type { Site } from '../site/site.js';
import { groupBy } from '../values/group-by.js';
import { isSame, settable } from '../values/same.js';
import { unlessRefused, type Verdict } from './verdict.js';

/** What the entry changes, as it is now; null when it is not there. */
export async function shownNow(site: Site, entry: Entry): Promise<read.Shown | null> {
  const { action, content, wanted } = entry;
  const issue = entry.issueId ?? '';
  const input = (name: string) => String(own(content, name) ?? '');
  switch (action) {
    case 'update_comment':
    case 'delete_comment':
      return read.comment(site, issue, input('comment'));
    case 'update_worklog':
    case 'delete_worklog':
      return read.worklog(site, issue, input('worklog'));
    case 'delete_issue_link':
      return read.link(site, input('link'));
    case 'delete_issue':
      return read.issueFields(site, issue, ['summary']);
    default:
      return read.issueFields(site, issue, Object.keys(wanted));
  }
}

/** Ours: done. Theirs from before: not done. Another: somebody else came in between. */
export async function settleValue(site: Site, entry: Entry): Promise<Verdict> {
  const now = await shownNow(site, entry);
  if (now === null) return { is: 'failed', why: 'its answer was lost, and what it changes is not there any more' };
  const names = Object.keys(entry.wanted);
  const isAll = (values: Readonly<Record<string, Json>>) =>
    names.every((name) => isSame(now[name], values[name] ?? null));
  const before = Object.fromEntries(names.map((name) => [name, settable(entry.before?.[name])]));
  const isLoop = names.every((name) => isSame(entry.before?.[name], entry.wanted[name] ?? null));
  if (isLoop)
    return {
      is: 'unknown',
      why: 'what it leads to was there before, so nothing shows whether it was done, and it is never sent again; look at the history of the issue, and give --again NAME to send it',
    };
  if (isAll(entry.wanted)) return { is: 'done', resultId: null };
  if (isAll(before)) return { is: 'not done' };
  return {
    is: 'conflict',
    why: 'its answer was lost, and somebody has set another value since then; nothing was sent over it, and nothing is without --again NAME',
  };
}

export async function settleGone(site: Site, entry: Entry): Promise<Verdict> {
  const isGone = (await shownNow(site, entry)) === null;
  if (entry.status !== 404) return isGone ? { is: 'done', resultId: null } : { is: 'not done' };
  if (isGone && (await areShown(site, entry))) return { is: 'done', resultId: null };
  return { is: 'failed', why: entry.error ?? 'Jira refused it without a word' };
}

/** Where links or time tracking are switched off, Jira says of each that it is not there. */
async function areShown(site: Site, { action, issueId }: Entry): Promise<boolean> {
  if (action !== 'delete_issue_link' && action !== 'delete_worklog') return true;
  const issue = issueId ?? '';
  const found = (await site.issues([issue], ['issuelinks'])).get(issue);
  if (found === undefined) return true;
  if (action === 'delete_issue_link') return Array.isArray(own(found.fields, 'issuelinks'));
  return (await site.getIfThere(`/issue/${encodeSegment(issue)}/worklog`, { maxResults: '1' })) !== null;
}

export async function settleLinks(site: Site, entries: readonly Entry[]): Promise<ReadonlyMap<string, Verdict>> {
  const verdicts = new Map<string, Verdict>();
  for (const [issue, ours] of groupBy(entries, ({ wanted }) => String(wanted.issue))) {
    const others = ours.map(({ wanted }) => String(wanted.other));
    let found: ReturnType<typeof read.issuesWithLinks> | undefined;
    for (const { id, wanted } of ours) {
      const verdict = await unlessRefused(async () => {
        found ??= read.issuesWithLinks(site, [issue, ...others]);
        const link = read.linkIn(await found, String(wanted.type), issue, String(wanted.other));
        return link === null ? { is: 'not done' } : { is: 'done', resultId: link };
      });
      verdicts.set(id, verdict);
    }
  }
  return verdicts;
}
