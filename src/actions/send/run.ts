/**
 * Sends changes: batch by batch, each durable in the journal before its first request goes out. Whatever happens to this process, to
 * the network or to the site, a row is carried out once: what is in doubt is looked up, and only what was not done is sent again.
 */
import { chunks } from '../../core/chunks.js';
import { ConnectorError } from '../../core/errors.js';
import { inParallel } from '../../core/in-parallel.js';
import { type Entry, isOpen, isWhole, type Known } from '../journal/entry.js';
import type { Journal } from '../journal/journal.js';
import type { Change } from '../plan/change.js';
import { isMarked } from '../plan/marker.js';
import type { Action } from '../registry/registry.js';
import { asShown } from '../settle/hidden.js';
import { type SettlePorts, settle } from '../settle/settle.js';
import { listAt } from '../site/site.js';
import { groupBy } from '../values/group-by.js';
import { type Operation, operationsOf } from './operations.js';
import { Pace } from './pace.js';
import { REFUSED_TOGETHER, sendBulk } from './send-bulk.js';
import { type Outcome, sendOne, without } from './send-one.js';
import { sendQueued } from './send-queued.js';
import type { ReadFile } from './upload.js';

export interface RunPorts extends SettlePorts {
  readonly runId: string;
  readonly signal: AbortSignal;
  /** Of files that rows name. */
  readonly readFile?: ReadFile;
  /** Told of each row whose outcome is known. */
  readonly onOutcome?: (entry: Entry) => void;
}

/** Rows in doubt after the death of a process, at most; each batch costs a commit. */
const BATCH = 20;
/** Issues written to side by side. */
const ISSUES_AT_ONCE = 4;
/** So long after its commit a row may be begun: the next commit asks whether another run has taken this one for dead, on a machine that slept. */
const FRESH_MS = 3 * 60_000;
/** So long after its commit a row may be on its way to the site, which may ask each request to wait for a quarter of an hour. */
export const UNDER_WAY_MS = FRESH_MS + 17 * 60_000;
/** Answers of one row that may be lost before it is left for the next run. */
const MOST_ATTEMPTS = 4;

export interface Sent {
  /** Whole where they were sent. */
  readonly entries: readonly (Known | Entry)[];
  /** Why the run ended early. */
  readonly stopped: ConnectorError | null;
}

export function entryOf(change: Change, ports: Pick<RunPorts, 'runId' | 'site'>, undoes: string | null = null): Entry {
  const { id, action, line, content, request, before, wanted, issueId, issueKey } = change;
  return {
    ...{ id, action: action.action, line, content, request, before, wanted, issueId, issueKey, undoes },
    ...{ runId: ports.runId, state: 'sent', status: null, error: null, resultId: null, attempts: 0 },
    ...{ sentAt: 0, endedAt: null, accountId: ports.site.caller.accountId },
  };
}

export async function sendAll(entries: readonly Entry[], ports: RunPorts): Promise<Sent> {
  const run = new Run(ports);
  let left = entries;
  for (let round = 0; round < MOST_ATTEMPTS && left.length > 0 && run.stopped === null; round++) {
    await run.send(left);
    if (ports.signal.aborted) break;
    const notDone = await settle(ports).catch((error: unknown) => run.end(error));
    const ours = new Set(entries.map(({ id }) => id));
    left = notDone.filter(({ id, attempts }) => ours.has(id) && attempts < MOST_ATTEMPTS);
  }
  await ports.journal.keep();
  return {
    entries: entries.map(({ id }) => ports.journal.get(id)).filter((one) => one !== undefined),
    stopped: run.stopped,
  };
}

class Run {
  stopped: ConnectorError | null = null;
  readonly #pace: Pace;
  /** The site takes no properties with what is made. */
  #unmarked = false;

  constructor(private readonly ports: RunPorts) {
    this.#pace = new Pace(ports.now, ports.sleep);
  }

  /** A site that cannot be asked what is in doubt ends the run: what was sent is told all the same. */
  end(error: unknown): readonly Entry[] {
    if (!(error instanceof ConnectorError)) throw error;
    this.stopped ??= error;
    return [];
  }

  async send(entries: readonly Entry[]): Promise<void> {
    const { registry, journal } = this.ports;
    for (const [name, ours] of groupBy(entries, (entry) => entry.action)) {
      const action = registry.get(name);
      const wentBefore = (entry: Entry) => entry.attempts > 0 || wentByTask(journal, entry);
      const { operations, rest } = operationsOf(this.ports.site.dialect, name, ours, wentBefore);
      for (const operation of operations) {
        if (this.#ended()) return;
        await this.#queued(operation, action);
      }
      const size = rest.length > 1 && action.bulk !== undefined ? action.bulk.max : BATCH;
      for (const batch of chunks(rest, size)) {
        if (this.#ended()) return;
        const begun = await this.#begin(batch);
        await this.#oneByOne(action.bulk !== undefined && begun.length > 1 ? await this.#inBulk(begun) : begun);
        this.#takeBack(begun);
      }
    }
    await journal.keep();
  }

  /** What goes out is in the journal before. */
  async #begin(batch: readonly Entry[], task: string | null = null): Promise<readonly Entry[]> {
    const { journal, now } = this.ports;
    const begun = batch.map(
      (entry): Entry => ({ ...this.#asTaken(entry), state: 'sent', sentAt: now(), endedAt: null, task }),
    );
    journal.note(...begun);
    await journal.keep();
    return begun;
  }

  async #queued(operation: Operation, action: Action): Promise<void> {
    const { journal, site } = this.ports;
    const begun = await this.#begin(operation.entries, '');
    const queued = await sendQueued({ ...operation, entries: begun }, action, {
      ...this.ports,
      client: site.client,
      onTask: async (task) => {
        journal.note(...begun.map((entry): Entry => ({ ...entry, task })));
        await journal.keep();
      },
    });
    if ('refused' in queued) await this.#oneByOne(queued.refused);
    else for (const outcome of queued.outcomes) this.#note(outcome);
    this.#takeBack(begun);
  }

  #ended(): boolean {
    return this.stopped !== null || this.ports.signal.aborted;
  }

  /** @returns rows that were refused together */
  async #inBulk(entries: readonly Entry[]): Promise<readonly Entry[]> {
    const action = this.ports.registry.get(entries[0]?.action ?? '');
    const { client, dialect } = this.ports.site;
    const outcomes = await sendBulk(entries, action, { ...this.ports, client, dialect });
    const refused = outcomes.filter(({ entry }) => entry.state === 'failed' && entry.error === REFUSED_TOGETHER);
    for (const outcome of outcomes) if (!refused.includes(outcome)) this.#note(outcome);
    return refused.map(({ entry }) => ({ ...entry, state: 'sent', endedAt: null }));
  }

  async #oneByOne(begun: readonly Entry[]): Promise<void> {
    let left = begun;
    while (left.length > 0) {
      const late = await this.#inLanes(left);
      left = late.length > 0 && !this.#ended() ? await this.#begin(late) : [];
    }
  }

  /** Rows of one issue in their order, several issues side by side. @returns those that have waited for too long: they go into the journal anew */
  async #inLanes(entries: readonly Entry[]): Promise<readonly Entry[]> {
    const lanes = groupBy(entries, (entry) => entry.issueId ?? entry.id);
    const late: Entry[] = [];
    await inParallel([...lanes.values()], ISSUES_AT_ONCE, async (lane) => {
      for (const entry of lane) {
        if (this.#ended()) return;
        await this.#pace.turn(entry.issueId ?? entry.id);
        if (this.ports.now() - entry.sentAt > FRESH_MS) late.push(entry);
        else await this.#sendOne(this.#asTaken(entry));
      }
    });
    return late;
  }

  async #sendOne(entry: Entry): Promise<void> {
    const { site, registry } = this.ports;
    const action = registry.get(entry.action);
    const ports = { client: site.client, now: this.ports.now, readFile: this.ports.readFile };
    const outcome = await sendOne(entry, action, ports);
    // Refused as a whole, and nothing was made: without the marker the rest of the row may be good.
    if (isAboutProperties(outcome) && mayGoUnmarked(entry)) {
      this.#unmarked = true;
      this.#note(await sendOne(this.#asTaken(entry), action, ports));
    } else this.#note({ ...outcome, entry: await asShown(site, outcome.entry) });
  }

  #asTaken(entry: Entry): Entry {
    return this.#unmarked && mayGoUnmarked(entry) ? { ...entry, request: without(entry.request, 'properties') } : entry;
  }

  #note({ entry, stop }: Outcome): void {
    this.ports.journal.note(entry);
    this.stopped ??= stop ?? null;
    if (!isOpen(entry)) this.ports.onOutcome?.(entry);
  }

  /** Rows of the batch that were not begun when the run had to end: surely not sent. */
  #takeBack(batch: readonly Entry[]): void {
    const { journal, now } = this.ports;
    for (const { id } of batch) {
      const entry = journal.get(id);
      if (entry?.state === 'sent' && isWhole(entry))
        journal.note({ ...entry, state: 'failed', error: NOT_SENT, endedAt: now() });
    }
  }
}

/** Whether the row was handed to a task before, be it by a run that died. */
export const wentByTask = (journal: Pick<Journal, 'get'>, { id }: Pick<Entry, 'id'>): boolean =>
  typeof journal.get(id)?.task === 'string';

const NOT_SENT = 'not sent: the run ended before its turn';

/** The marker, and no other property: without one that hides a comment from customers they would read it. */
const mayGoUnmarked = ({ request }: Entry): boolean =>
  isMarked(request) && listAt(request.body, 'properties').length === 1;

const isAboutProperties = ({ entry }: Outcome) =>
  entry.state === 'failed' && entry.status === 400 && /\bpropert(y|ies)\b/i.test(entry.error ?? '');
