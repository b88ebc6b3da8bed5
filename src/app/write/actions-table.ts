/** The table `_actions` of a connection: the journal of what was written to its site. Held open for a whole run, so that no other run writes meanwhile. */
import {
  ENTRY_STATES,
  type Entry,
  type EntryState,
  isOpen,
  type Known,
  type SentRequest,
} from '../../actions/journal/entry.js';
import type { JournalStore } from '../../actions/journal/journal.js';
import { viaOf } from '../../actions/plan/steps.js';
import type { Column, Json, Row, TableSpec, TableWriter, Writer } from '../../contract/table.js';
import { ConnectorError } from '../../core/errors.js';
import { own } from '../../core/json-path.js';
import { refuseOtherSite } from '../../runtime/plan/bookmark.js';
import type { Connection } from '../settings/config.js';

const COLUMNS: readonly Column[] = [
  {
    name: 'action_id',
    type: 'string',
    doc: 'Made of connection, action, content and number: the same row has the same id in every run.',
  },
  { name: 'run_id', type: 'string', doc: 'The run that sent it last.' },
  { name: 'action', type: 'string', doc: 'Name of the action.' },
  { name: 'connection', type: 'string', doc: 'Name of the connection.' },
  { name: 'line', type: 'long', doc: 'Line of the file it came from; 1 for a single command.' },
  { name: 'issue_id', type: 'string', doc: 'The issue that was written to, or made.' },
  { name: 'issue_key', type: 'string', doc: 'Its key then; for an issue that was not made the key of its project.' },
  { name: 'input', type: 'string', doc: 'The row as it was understood, as JSON text.' },
  {
    name: 'request',
    type: 'string',
    doc: 'Method, path, query and body that were sent, as JSON text; no credentials.',
  },
  {
    name: 'before',
    type: 'string',
    doc: 'What it changes as it was before, as JSON text; null where something new was made.',
  },
  { name: 'wanted', type: 'string', doc: 'The same as it should be afterwards, as JSON text.' },
  {
    name: 'state',
    type: 'string',
    doc: 'sent (on its way, or its run died), done, failed, conflict (not as it was asked for; a person looks at it), unknown (its answer was lost) or undone.',
  },
  { name: 'status', type: 'int', doc: 'Status of the answer; null when none came.' },
  { name: 'error', type: 'string', doc: "What went wrong, in Jira's words where it had some." },
  { name: 'result_id', type: 'string', doc: 'Id of what was made.' },
  { name: 'attempts', type: 'long', doc: 'How often it was sent.' },
  {
    name: 'task_id',
    type: 'string',
    doc: 'Of a row that went by a bulk task of Jira: its number, empty when it was never told; null for a request of its own.',
  },
  { name: 'sent_at', type: 'timestamptz', doc: "Before it was sent last, by the site's clock." },
  { name: 'done_at', type: 'timestamptz', doc: 'When its outcome was known, or its answer given up.' },
  { name: 'account_id', type: 'string', doc: 'The account that sent it.' },
  { name: 'undoes', type: 'string', doc: 'The action_id that it takes back; null for others.' },
];

const NAMES = COLUMNS.map(({ name }) => name);
/** Of an entry that has ended they are read when it is taken back; a journal holds all that was ever sent. */
const HEAVY: readonly string[] = ['request', 'before', 'wanted'];

export const ACTIONS_TABLE = '_actions';

type Of = Pick<Connection, 'name' | 'url'>;

/** The site that a table says it is of; null when it says nothing. */
export function siteIn({ state }: Pick<TableWriter, 'state'>): string | null {
  const site = own(state, 'site');
  return typeof site === 'string' ? site : null;
}

function actionsTable(namespace: string): TableSpec {
  const doc = 'One row per change that was sent to the site; written before it was sent.';
  return { namespace, name: ACTIONS_TABLE, doc, columns: COLUMNS, primaryKey: ['action_id'], mode: 'merge' };
}

/** What a dry run showed, by what it was made of. */
export interface Shown {
  readonly digest: string;
  readonly rows: number;
  /** ISO, UTC. */
  readonly at: string;
}

/** Older ones are forgotten: the state of a table is small. */
const MOST_SHOWN = 20;

export class ActionsTable implements JournalStore {
  #batch = 0;
  #shown: ReadonlyMap<string, Shown>;
  #account: string | null;

  private constructor(
    private readonly table: TableWriter,
    private readonly connection: Of,
    private readonly runId: string,
  ) {
    const [kept, account] = [own(table.state, 'shown'), own(table.state, 'account')];
    this.#account = typeof account === 'string' ? account : null;
    this.#shown = new Map(Object.entries((kept ?? {}) as Record<string, Shown>));
  }

  /** To be closed by the caller. @throws TableBusyError kind `later` while another run writes to the site */
  static async open(writer: Writer, connection: Of, runId: string): Promise<ActionsTable> {
    return new ActionsTable(await writer.open(actionsTable(connection.name)), connection, runId);
  }

  /**
   * What was done on a sandbox counts as done on the site it was copied from, and has the numbers of other things there. A table that
   * says nothing of it, of an earlier version, is of this site from the next commit on.
   * @throws ConnectorError kind `usage`
   */
  refuseOtherSite(): void {
    refuseOtherSite(ACTIONS_TABLE, siteIn(this.table), this.connection.url);
  }

  /** Whether nothing keeps other runs from writing beside this one. */
  get shared(): boolean {
    return this.table.shared;
  }

  close(): Promise<void> {
    return this.table.close();
  }

  async load(): Promise<readonly (Known | Entry)[]> {
    if (this.table.currentSnapshotId === null) return [];
    const columns = NAMES.filter((name) => !HEAVY.includes(name));
    const known = (await this.table.rows({ columns })).map(knownOfRow);
    const needed = known.filter((one) => isOpen(one) || viaOf(one.content).length > 0);
    const whole = new Map((await this.whole(needed.map(({ id }) => id))).map((entry) => [entry.id, entry]));
    return known.map((one) => whole.get(one.id) ?? one);
  }

  async whole(ids: readonly string[]): Promise<readonly Entry[]> {
    if (ids.length === 0) return [];
    return (await this.table.rows({ columns: NAMES, where: { column: 'action_id', in: ids } })).map(entryOfRow);
  }

  async save(entries: readonly Entry[]): Promise<void> {
    const tooLarge = await this.table.write(entries.map((entry) => rowOf(entry, this.connection.name)));
    if (tooLarge.length > 0)
      throw new ConnectorError('failed', 'A row is too large for the journal; nothing of its batch was sent.');
    await this.#commit();
  }

  /** Who wrote to the site last; null when nobody did. */
  get account(): string | null {
    return this.#account;
  }

  /** Kept with the next commit. */
  knowAccount(account: string): void {
    this.#account = account;
  }

  shown(key: string): Shown | undefined {
    return this.#shown.get(key);
  }

  /** What a dry run has shown is what may be sent. */
  async show(key: string, shown: Shown): Promise<void> {
    const others = [...this.#shown].filter(([other]) => other !== key);
    this.#shown = new Map([...others, [key, shown] as const].slice(-MOST_SHOWN));
    await this.#commit();
  }

  /** It was sent: whatever comes next is another set. */
  async forget(key: string): Promise<void> {
    if (!this.#shown.has(key)) return;
    this.#shown = new Map([...this.#shown].filter(([other]) => other !== key));
    await this.#commit();
  }

  async #commit(): Promise<void> {
    const state = {
      site: this.connection.url,
      account: this.#account,
      shown: Object.fromEntries([...this.#shown].map(([key, one]) => [key, { ...one }])),
    };
    await this.table.commit({ state, runId: this.runId, batch: ++this.#batch });
  }
}

const iso = (ms: number) => new Date(ms).toISOString();

function rowOf(entry: Entry, connection: string): Row {
  return {
    ...{ action_id: entry.id, run_id: entry.runId, action: entry.action, connection, line: BigInt(entry.line) },
    ...{ issue_id: entry.issueId, issue_key: entry.issueKey, input: JSON.stringify(entry.content) },
    ...{ request: JSON.stringify(entry.request), before: entry.before && JSON.stringify(entry.before) },
    ...{ wanted: JSON.stringify(entry.wanted), state: entry.state, status: entry.status, error: entry.error },
    ...{
      result_id: entry.resultId,
      attempts: BigInt(entry.attempts),
      task_id: entry.task ?? null,
      sent_at: iso(entry.sentAt),
    },
    ...{
      done_at: entry.endedAt === null ? null : iso(entry.endedAt),
      account_id: entry.accountId,
      undoes: entry.undoes,
    },
    _extra: null,
  };
}

type Cells = Readonly<Record<string, unknown>>;

const textAt = (row: Cells, name: string) => (typeof row[name] === 'string' ? row[name] : null);

function jsonAt(row: Cells, name: string): unknown {
  try {
    return JSON.parse(textAt(row, name) ?? 'null');
  } catch (cause) {
    throw damaged(row, name, cause);
  }
}

/** @param row its cells by column; of a timestamp the ISO text */
export function entryOfRow(row: Cells): Entry {
  const request = jsonAt(row, 'request');
  if (typeof own(request, 'method') !== 'string') throw damaged(row, 'request');
  return {
    ...knownOfRow(row),
    request: request as SentRequest,
    before: jsonAt(row, 'before') as Entry['before'],
    wanted: jsonAt(row, 'wanted') as Entry['wanted'],
  };
}

function knownOfRow(row: Cells): Known {
  const text = (name: string) => textAt(row, name);
  return {
    id: String(row.action_id),
    runId: String(row.run_id),
    action: String(row.action),
    line: Number(row.line),
    issueId: text('issue_id'),
    issueKey: text('issue_key'),
    content: jsonAt(row, 'input') as Json,
    state: stateOf(row.state),
    status: row.status === null ? null : Number(row.status),
    error: text('error'),
    resultId: text('result_id'),
    attempts: Number(row.attempts),
    task: text('task_id'),
    sentAt: Date.parse(String(row.sent_at)),
    endedAt: row.done_at === null ? null : Date.parse(String(row.done_at)),
    accountId: String(row.account_id),
    undoes: text('undoes'),
  };
}

/** Without it nobody knows what was sent: nothing may be sent beside it. */
const damaged = (row: Cells, column: string, cause?: unknown) =>
  new ConnectorError(
    'failed',
    `A row of ${ACTIONS_TABLE} (action_id ${String(row.action_id)}) has no readable \`${column}\`; expected the JSON text that was written. Nothing was sent. Has something else written to this table? Restore an earlier version of it.`,
    { cause },
  );

/** What this version does not know is in doubt. */
function stateOf(cell: unknown): EntryState {
  return ENTRY_STATES.find((state) => state === cell) ?? 'unknown';
}
