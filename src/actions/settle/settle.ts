/** Finds out what became of requests whose answer was lost. Asks, and sends nothing that changes anything. */
import type { Entry } from '../journal/entry.js';
import type { Journal } from '../journal/journal.js';
import type { ActionRegistry } from '../registry/registry.js';
import type { Site } from '../site/site.js';
import { groupBy } from '../values/group-by.js';
import { attachmentsOf } from './attachments.js';
import { settleGone, settleLinks, settleValue } from './by-value.js';
import { commentsSince, settleChildren, worklogsOf } from './children.js';
import { asShown } from './hidden.js';
import { settleIssues } from './issues.js';
import { byTasks } from './task.js';
import { type Look, lostAt, QUIET_MS, unlessRefused, type Verdict } from './verdict.js';

type Settle = (site: Site, entries: readonly Entry[], look: Look) => Promise<ReadonlyMap<string, Verdict>>;

const each =
  (one: (site: Site, entry: Entry) => Promise<Verdict>): Settle =>
  async (site, entries) => {
    const verdicts = new Map<string, Verdict>();
    for (const entry of entries) verdicts.set(entry.id, await unlessRefused(() => one(site, entry)));
    return verdicts;
  };

/** What makes something new, by action; the others are settled by how their action does its work once. */
const MADE: Readonly<Record<string, Settle>> = {
  create_issue: settleIssues,
  add_comment: (site, entries, look) => settleChildren(site, entries, look, commentsSince),
  create_worklog: (site, entries, look) => settleChildren(site, entries, look, worklogsOf),
  add_attachment: (site, entries, look) => settleChildren(site, entries, look, attachmentsOf),
};
const BY_ONCE: Readonly<Record<string, Settle>> = {
  value: each(settleValue),
  status: each(settleValue),
  gone: each(settleGone),
  repeat: settleLinks,
};

export interface SettlePorts {
  readonly site: Site;
  readonly journal: Journal;
  readonly registry: ActionRegistry;
  /** The site's clock, epoch milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Of words that a site says. */
  readonly redact: (text: string) => string;
}

/**
 * All that are in doubt; what was found out is durable when it resolves.
 * @returns those that were not carried out, which now count as failed and may be sent again
 */
export async function settle(ports: SettlePorts): Promise<readonly Entry[]> {
  const { site, journal, registry, now, sleep, redact } = ports;
  if (journal.open().length === 0) return [];
  // What a dead run left on its way was lost now at the latest: nobody knows how long after `sentAt` it was sent.
  for (const entry of journal.open())
    if (entry.endedAt === null) journal.note({ ...entry, state: 'unknown', endedAt: now() });
  const open = journal.open();
  const wait = Math.max(...open.map(lostAt)) + QUIET_MS - now();
  if (wait > 0) await sleep(Math.min(wait, QUIET_MS));
  const notDone: Entry[] = [];
  for (const [action, entries] of groupBy(open, (entry) => entry.action)) {
    const taken = madeBy(action, journal);
    const way = MADE[action] ?? BY_ONCE[registry.actions.get(action)?.once ?? ''];
    const shown = (await way?.(site, entries, { now: now(), taken })) ?? new Map<string, Verdict>();
    const verdicts = await byTasks(entries, shown, { client: site.client, redact, now: now() });
    for (const entry of entries) {
      const settled = await asShown(site, after(entry, verdicts.get(entry.id)));
      journal.note(settled);
      if (settled.state === 'failed' && verdicts.get(entry.id)?.is === 'not done') notDone.push(settled);
    }
  }
  await journal.keep();
  return notDone;
}

/** Ids of one kind of thing: those of comments and attachments are numbers of their own, and may be the same. */
const madeBy = (action: string, journal: Journal): ReadonlySet<string> =>
  new Set(
    journal
      .all()
      .flatMap((one) => (one.action === action && one.resultId !== null && hasMade(one) ? [one.resultId] : [])),
  );

const hasMade = ({ state }: Pick<Entry, 'state'>): boolean => state === 'done' || state === 'conflict';

const NOT_CARRIED_OUT = 'its answer was lost; a look at the site shows that it was not carried out';

function after(entry: Entry, verdict: Verdict | undefined): Entry {
  switch (verdict?.is) {
    case 'done': {
      const { resultId, issueId = entry.issueId, issueKey = entry.issueKey } = verdict;
      return { ...entry, state: 'done', error: null, resultId, issueId, issueKey };
    }
    case 'not done':
      return { ...entry, state: 'failed', error: NOT_CARRIED_OUT };
    case 'failed':
    case 'conflict':
    case 'unknown':
      return { ...entry, state: verdict.is, error: verdict.why };
    default:
      return { ...entry, state: 'unknown', error: 'this version does not know the action; use the one that sent it' };
  }
}
