/** Writes rows to a site, or says what that would do: one action, one connection, any number of rows. */
import type { Entry } from '../../actions/journal/entry.js';
import type { Change, InputRow, Planned } from '../../actions/plan/change.js';
import { canonical } from '../../actions/plan/identity.js';
import { type PlanSetting, plan, projectOf } from '../../actions/plan/plan.js';
import type { Markup } from '../../actions/plan/rich-text.js';
import { type Action, absenceOf } from '../../actions/registry/registry.js';
import { entryOf, sendAll } from '../../actions/send/run.js';
import type { Site } from '../../actions/site/site.js';
import type { Json } from '../../contract/table.js';
import { ConnectorError, type ErrorKind } from '../../core/errors.js';
import { own } from '../../core/json-path.js';
import { type Ports, portsOf } from '../../core/ports.js';
import { actionRegistry } from '../settings/actions.js';
import type { Config } from '../settings/config.js';
import type { WriteSettings } from '../settings/write-settings.js';
import { type WritePlace, type WriteRun, withRun } from './open-run.js';
import { countsOf, type RowResult, type WriteReport } from './report.js';
import { firstChanges, requestsFor } from './show.js';

export interface WriteJob extends WritePlace {
  /** From the settings; null: nothing may be written. */
  readonly write: WriteSettings | null;
  readonly action: string;
  /** Given rows, or found by asking the site. */
  readonly rows: readonly InputRow[] | ((site: Site) => Promise<readonly InputRow[]>);
  /** One command of a person, not a row of a set. */
  readonly single: boolean;
  /** What the rows come from, in words that stay the same: a dry run is remembered by them. */
  readonly source: string;
  readonly send: boolean;
  /** How many things a person expects to be deleted. */
  readonly confirm?: number | undefined;
  readonly again?: string | undefined;
  /** Of rows of an earlier run that are sent again. */
  readonly ids?: readonly string[];
  readonly markup?: Markup;
  readonly notify?: boolean | undefined;
  /** Asked before a single change is sent, with what it is; absent: nobody to ask. */
  readonly ask?: (text: string) => Promise<boolean>;
  readonly onRow?: (row: RowResult) => void;
}

export interface Written {
  readonly report: WriteReport;
  readonly failures: readonly ErrorKind[];
}

const DAY_MS = 86_400_000;
const usage = (text: string) => new ConnectorError('usage', text);

/**
 * Refuses before a request is sent what the settings do not allow.
 * @throws ConnectorError kind `usage`
 */
export function allowedAction({ write, action: name }: Pick<WriteJob, 'write' | 'action'>): {
  action: Action;
  write: WriteSettings;
} {
  const action = actionRegistry().get(name);
  const absence = absenceOf(action, null);
  if (absence !== null) throw usage(`${action.action} is not supported: ${absence}`);
  if (write === null)
    throw usage(
      `Nothing may be written: the settings do not allow it. In sync.yaml say \`write: { enabled: true, actions: [${action.action}], projects: [KEY] }\`; docs/writing-back.md says more.`,
    );
  if (!write.actions.includes(action.action))
    throw usage(`The settings do not allow ${action.action}; \`write.actions\` has: ${write.actions.join(', ')}.`);
  return { action, write };
}

/** @throws ConnectorError when nothing could be begun; what became of rows is in the report */
export async function write(job: WriteJob, given: Partial<Ports> = {}): Promise<Written> {
  const ports = portsOf(given);
  const allowed = allowedAction(job);
  if (typeof job.rows !== 'function') refuseTooMany(job.rows.length, allowed.write);
  return withRun(job, ports, (run) => writeIn(run, job, allowed));
}

/** The part of the settings that a job is made of. */
export const jobOf = ({ write, warehouse }: Config) => ({ write, warehouse });

function refuseTooMany(count: number, { maxRows }: WriteSettings): void {
  if (count === 0) throw usage('There is no row to be written.');
  if (count > maxRows)
    throw usage(
      `There are ${count} rows, and \`write.max_rows\` is ${maxRows}. Raise it in the settings, or write fewer at once.`,
    );
}

async function writeIn(
  run: WriteRun,
  job: WriteJob,
  { action, write: settings }: ReturnType<typeof allowedAction>,
): Promise<Written> {
  const absence = absenceOf(action, run.site.dialect);
  if (absence !== null) throw usage(`${action.action} is not supported here: ${absence}`);
  refuseOtherAccount(run);
  const given = typeof job.rows === 'function' ? await job.rows(run.site) : job.rows;
  const rows = given.map((row) => markedUp(row, action, job.markup));
  refuseTooMany(rows.length, settings);
  const planned = await plan(rows, settingOf(run, job, action, settings));
  const toSend = planned.changes.filter(({ id, alreadySo }) => mayBeSent(run.journal.get(id)) && !alreadySo);
  if (job.single) refuseTwice(run, planned, job);
  const notices = await noticesOf(run, action, toSend, job);
  const isDry = !job.send && !(job.single && action.danger === 'low');
  const key = `${action.action} ${job.again ?? ''} ${job.source}`;
  if (isDry) {
    await run.table.show(key, { digest: planned.digest, rows: rows.length, at: new Date(run.now()).toISOString() });
    return {
      report: reportOf(run, job, action, planned, toSend, notices, true),
      failures: planned.bad.length > 0 ? ['usage'] : [],
    };
  }
  refuseUnready(run, job, action, planned, key);
  if (job.ask && toSend.length > 0 && !job.send && !(await job.ask(questionOf(action, toSend))))
    throw new ConnectorError('interrupted', 'Nothing was sent.');
  run.table.knowAccount(run.site.caller.accountId);
  const { stopped } = await sendAll(
    toSend.map((change) => entryOf(change, run)),
    { ...run, onOutcome: (entry) => job.onRow?.(resultOf(entry)) },
  );
  const report = reportOf(run, job, action, planned, toSend, notices, false);
  const failures: ErrorKind[] = stopped ? [stopped.kind] : [];
  if (report.failed + report.unknown > 0) failures.push('failed');
  return { report: { ...report, ok: failures.length === 0 }, failures };
}

/** Plain texts say nothing of it. */
function markedUp(row: InputRow, { input }: Action, markup: Markup = 'plain'): InputRow {
  const hasText = Object.entries(input).some(
    ([name, { type }]) => type === 'rich_text' && typeof row.cells[name] === 'string',
  );
  return markup === 'plain' || !hasText ? row : { ...row, cells: { markup, ...row.cells } };
}

/** Never sent, or surely not carried out. */
const mayBeSent = (entry: Entry | undefined) => entry === undefined || entry.state === 'failed';

function settingOf(run: WriteRun, job: WriteJob, action: Action, { projects }: WriteSettings): PlanSetting {
  const notify = job.notify ?? job.single;
  const estimate: Record<string, Json> =
    action.input.adjust_estimate === undefined ? {} : { adjust_estimate: job.single ? 'auto' : 'leave' };
  return {
    ...{ site: run.site, connection: run.connection.name, action, projects, notify },
    ...{ usual: estimate, again: job.again, ids: job.ids },
    isKnown: (id) => !mayBeSent(run.journal.get(id)),
    // A single command is meant anew when its equal is a day old.
    doneBefore: (content) => (job.single ? equalsBefore(run, action, content).length : 0),
  };
}

function equalsBefore({ journal, now }: WriteRun, action: Action, content: Json): readonly Entry[] {
  const text = canonical(content);
  return journal
    .all()
    .filter(({ action: name, state }) => name === action.action && (state === 'done' || state === 'undone'))
    .filter((entry) => canonical(entry.content) === text && now() - (entry.endedAt ?? entry.sentAt) > DAY_MS);
}

function refuseTwice({ journal }: WriteRun, { changes }: Planned, { again }: WriteJob): void {
  const known = changes.map(({ id }) => journal.get(id)).find((entry) => !mayBeSent(entry));
  if (known === undefined) return;
  const when = new Date(known.endedAt ?? known.sentAt).toISOString();
  const was =
    known.state === 'unknown' ? `is in doubt since ${when} (${known.error ?? ''})` : `was ${known.state} at ${when}`;
  const name = again === undefined ? '--again NAME' : '--again with another name';
  throw usage(
    `The same ${was}, by run ${known.runId}${known.resultId ? `, as ${known.resultId}` : ''}. Give ${name} to do it once more.`,
  );
}

/** Somebody else's rights would write under the same name. */
export function refuseOtherAccount({ table, site, connection }: WriteRun): void {
  const { account } = table;
  if (account !== null && account !== site.caller.accountId)
    throw usage(
      `${connection.name} was last written to by account ${account}, and this is ${site.caller.accountId}. What is in its journal would be looked for under the wrong name. Use the account from before, or a connection with another name.`,
    );
}

/** @throws ConnectorError kind `usage` for rows that nobody has seen like this, or that cannot all be sent */
function refuseUnready(
  { table }: WriteRun,
  { confirm, single }: WriteJob,
  action: Action,
  planned: Planned,
  key: string,
): void {
  const [bad] = planned.bad;
  if (bad !== undefined)
    throw usage(
      `${planned.bad.length} of ${planned.bad.length + planned.changes.length} rows cannot be sent, so none was: ${planned.bad
        .slice(0, 5)
        .map(({ line, errors }) => `line ${line}: ${errors.join('; ')}`)
        .join('\n')}`,
    );
  const shown = single ? undefined : table.shown(key);
  if (shown !== undefined && shown.digest !== planned.digest)
    throw usage(
      `These are not the rows of the dry run at ${shown.at} (${shown.rows} rows then, ${planned.changes.length} now). Look again without --yes.`,
    );
  const count = planned.changes.length;
  if (action.danger === 'high' && confirm !== count)
    throw usage(`${action.action} cannot be taken back as it was: say --confirm ${count} for ${count} of them.`);
}

const questionOf = ({ action }: Action, [change]: readonly Change[]) =>
  `${action} ${change?.issueKey ?? ''}: send it?`.replace(' :', ':');

/** What a person should know before anything is sent. */
async function noticesOf(
  run: WriteRun,
  action: Action,
  changes: readonly Change[],
  job: WriteJob,
): Promise<readonly string[]> {
  const notices: string[] = [];
  const estimate = changes.map(({ request }) => request.query.adjustEstimate).find((one) => one !== undefined);
  if (estimate !== undefined) notices.push(`The remaining estimate: adjust_estimate ${estimate}.`);
  const wants = job.notify ?? job.single;
  if (action.notify === undefined || run.site.dialect === 'datacenter' || wants)
    notices.push('People get mail as the notification scheme of the project says.');
  else if (await maySilence(run.site, [...new Set(changes.map(projectOf))]))
    notices.push('Nobody gets mail about it (--notify sends it).');
  else
    notices.push(
      'Mail is asked to be left out, but this account does not administer the project, so Jira sends it all the same.',
    );
  if (action.undo?.action === undefined) notices.push(`It cannot be undone. ${action.undo?.about ?? ''}`.trim());
  return notices;
}

async function maySilence(site: Site, projects: readonly string[]): Promise<boolean> {
  for (const projectKey of projects) {
    const answer = await site.once('/mypermissions', { permissions: 'ADMINISTER,ADMINISTER_PROJECTS', projectKey });
    const has = (name: string) => own(own(own(answer, 'permissions'), name), 'havePermission') === true;
    if (!has('ADMINISTER') && !has('ADMINISTER_PROJECTS')) return false;
  }
  return true;
}

export function resultOf(
  entry: Entry,
  state: RowResult['state'] = entry.state === 'undone' ? 'skipped' : rowState(entry),
): RowResult {
  const { line, id, issueKey, resultId, runId, error } = entry;
  return { line, state, action_id: id, issue: issueKey, result_id: resultId, run_id: runId, error };
}

const rowState = ({ state }: Entry): RowResult['state'] => (state === 'done' || state === 'failed' ? state : 'unknown');

function reportOf(
  run: WriteRun,
  job: WriteJob,
  action: Action,
  planned: Planned,
  toSend: readonly Change[],
  notices: readonly string[],
  isDry: boolean,
): WriteReport {
  const sent = new Set(toSend.map(({ id }) => id));
  const rows = [
    ...planned.bad.map(({ line, errors }) => invalid(line, errors)),
    ...planned.changes.map((change) => rowOf(run, change, sent.has(change.id), isDry)),
  ].sort((a, b) => a.line - b.line);
  const requests = requestsFor(action, toSend.length);
  const rate = run.connection.requestsPerSecond ?? 5;
  return {
    ok: planned.bad.length === 0,
    run_id: run.runId,
    action: action.action,
    connection: run.connection.name,
    dry_run: isDry,
    ...countsOf(rows),
    planned: isDry ? { requests, minutes: Math.ceil(requests / rate / 6) / 10 } : null,
    set: planned.digest,
    notices,
    changes: firstChanges(toSend, job.single ? 1 : 5),
    rows,
  };
}

const invalid = (line: number, errors: readonly string[]): RowResult => ({
  ...{ line, state: 'invalid', action_id: null, issue: null, result_id: null, run_id: null, error: errors.join('; ') },
});

function rowOf({ journal }: WriteRun, change: Change, wasToBeSent: boolean, isDry: boolean): RowResult {
  const entry = journal.get(change.id);
  const { line, id, issueKey } = change;
  const nothing = { line, action_id: id, issue: issueKey, result_id: null, run_id: null };
  if (wasToBeSent)
    return isDry || entry === undefined ? { ...nothing, state: 'ready', error: null } : { ...resultOf(entry), line };
  if (entry === undefined || mayBeSent(entry))
    return { ...nothing, state: 'skipped', error: 'it is like that already' };
  if (entry.state === 'done' || entry.state === 'undone')
    return { ...resultOf(entry, 'skipped'), line, error: `${entry.state} by run ${entry.runId}` };
  return { ...resultOf(entry, 'unknown'), line };
}
