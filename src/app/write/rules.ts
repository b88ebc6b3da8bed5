/** What is not done, and what is told before it is: everything that stands between a command and its first change. */
import { isOpen, type Known } from '../../actions/journal/entry.js';
import type { Change, Planned } from '../../actions/plan/change.js';
import { contentKey } from '../../actions/plan/identity.js';
import { projectOf } from '../../actions/plan/plan.js';
import { viaOf } from '../../actions/plan/steps.js';
import { type Action, absenceOf } from '../../actions/registry/registry.js';
import { lostAt } from '../../actions/settle/verdict.js';
import { listAt, type Site } from '../../actions/site/site.js';
import { groupBy } from '../../actions/values/group-by.js';
import type { Dialect } from '../../contract/dialect.js';
import type { Json } from '../../contract/table.js';
import { ConnectorError } from '../../core/errors.js';
import { own } from '../../core/json-path.js';
import { actionRegistry } from '../settings/actions.js';
import type { WriteSettings } from '../settings/write-settings.js';
import type { WriteJob } from './job.js';
import type { WriteRun } from './open-run.js';

/** An older look is forgotten: whoever looked then has done something else since. */
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
  refuseAbsent(action, null);
  if (write === null)
    throw usage(
      `Nothing may be written: the settings do not allow it. In sync.yaml say \`write: { enabled: true, actions: [${action.action}], projects: [KEY] }\`; docs/writing-back.md says more.`,
    );
  if (!write.actions.includes(action.action))
    throw usage(`The settings do not allow ${action.action}; \`write.actions\` has: ${write.actions.join(', ')}.`);
  return { action, write };
}

/** @param dialect null: what is known before a site is asked. @throws ConnectorError kind `usage` */
export function refuseAbsent(action: Action, dialect: Dialect | null): void {
  const absence = absenceOf(action, dialect);
  if (absence === null) return;
  const where = dialect === null ? '' : ' here';
  throw usage(`${action.action} is not supported${where}: ${absence}`);
}

/** What a person should know before anything is sent. @param skipped those that are like that already */
export async function noticesOf(
  run: WriteRun,
  action: Action,
  changes: readonly Change[],
  skipped: readonly Change[],
  job: WriteJob,
): Promise<readonly string[]> {
  const notices: string[] = [];
  const estimates = groupBy(changes, ({ request }) => estimateIn(request.query));
  const said = [...estimates].filter(([words]) => words !== '').map(([words, { length }]) => [words, length] as const);
  if (said.length === 1) notices.push(`The remaining estimate: ${said[0]?.[0]}.`);
  else if (said.length > 1)
    notices.push(`The remaining estimate: ${said.map(([words, count]) => `${words} (${count} rows)`).join('; ')}.`);
  const wants = job.notify ?? job.single;
  if (action.notify === undefined || run.site.dialect === 'datacenter' || wants)
    notices.push('People get mail as the notification scheme of the project says.');
  else if (await maySilence(run.site, [...new Set(changes.map(projectOf))]))
    notices.push('Nobody gets mail about it (--notify sends it).');
  else
    notices.push(
      'Mail is asked to be left out, but this account does not administer the project, so Jira sends it all the same.',
    );
  if (changes.some(({ content }) => viaOf(content).length > 0))
    notices.push('Of rows with `via` the first step was looked up; each further one is when the issue has got there.');
  const below = (await subtasksOf(changes, run)).size;
  if (below > 0)
    notices.push(
      `With them ${below} ${below === 1 ? 'subtask is' : 'subtasks are'} deleted; --confirm and max_rows count them, too.`,
    );
  const unset = new Set(skipped.flatMap((one) => one.unset ?? []));
  if (unset.size > 0)
    notices.push(
      `Some issues are there already, and ${[...unset].join(', ')} is not set on them: only a transition would have set it.`,
    );
  if (action.undo?.action === undefined) notices.push(`It cannot be undone. ${action.undo?.about ?? ''}`.trim());
  return notices;
}

/** What becomes of the remaining estimate, in the words of the inputs; empty where nothing is said of it. */
function estimateIn({ adjustEstimate, newEstimate, reduceBy, increaseBy }: Readonly<Record<string, string>>): string {
  if (adjustEstimate === undefined) return '';
  const words = [newEstimate, reduceBy && `less ${reduceBy}`, increaseBy && `${increaseBy} more`];
  return ['adjust_estimate', adjustEstimate, ...words.filter((one) => one !== undefined)].join(' ');
}

async function maySilence(site: Site, projects: readonly string[]): Promise<boolean> {
  for (const projectKey of projects) {
    const answer = await site.once('/mypermissions', { permissions: 'ADMINISTER,ADMINISTER_PROJECTS', projectKey });
    const has = (name: string) => own(own(own(answer, 'permissions'), name), 'havePermission') === true;
    if (!has('ADMINISTER') && !has('ADMINISTER_PROJECTS')) return false;
  }
  return true;
}

/** Its equal may have been sent under another name, or as a row of a file: without a name of its own it is the same. */
export function refuseTwice(run: WriteRun, { changes }: Planned, { again }: WriteJob): void {
  const known = changes
    .flatMap((change) =>
      again === undefined
        ? equalsOf(change, run).filter((entry) => stands(entry, run))
        : (run.journal.get(change.id) ?? []),
    )
    .find((entry) => !mayBeSent(entry));
  if (known === undefined) return;
  const when = new Date(known.endedAt ?? known.sentAt).toISOString();
  const was = wasDone(known)
    ? `was ${known.state} at ${when}`
    : `is ${known.state === 'conflict' ? 'not as it was to be' : 'in doubt'} since ${when} (${known.error ?? ''})`;
  const name = again === undefined ? '--again NAME' : '--again with another name';
  throw usage(
    `The same ${was}, by run ${known.runId}${known.resultId ? `, as ${known.resultId}` : ''}. Give ${name} to do it once more.`,
  );
}

/** Entries of a row's content, under whatever name. */
export function equalsOf(
  { action, content }: { readonly action: Action; readonly content: Json },
  { journal }: WriteRun,
): readonly Known[] {
  const text = contentKey(content);
  return journal.all().filter((entry) => entry.action === action.action && contentKey(entry.content) === text);
}

export const isDayOld = (entry: Known, { now }: WriteRun): boolean => now() - lostAt(entry) > DAY_MS;

/** In doubt, or not yet a day old. */
const stands = (entry: Known, run: WriteRun): boolean => isOpen(entry) || !isDayOld(entry, run);

/** Ids of what is deleted with the issues of the rows, and is in no row itself. Of rows that were sent before the journal knows. */
export async function subtasksOf(
  changes: readonly Change[],
  { journal, table }: Pick<WriteRun, 'journal' | 'table'>,
): Promise<ReadonlySet<string>> {
  const deleting = changes.filter(({ content }) => own(content, 'subtasks') === true);
  const earlier = await table.whole(deleting.filter(({ before }) => before === null).map(({ id }) => id));
  const named = new Set(
    changes.map((change) => (change.before === null ? journal.get(change.id)?.issueId : change.issueId)),
  );
  const below = [...deleting, ...earlier].flatMap(({ before }) =>
    listAt(before, 'subtasks').map((one) => String(own(one, 'id'))),
  );
  return new Set(below.filter((id) => !named.has(id)));
}

/**
 * @param below subtasks that go with the rows
 * @throws ConnectorError kind `usage` for rows that nobody has seen like this, or that cannot all be sent
 */
export function refuseUnready(
  { table, now }: WriteRun,
  { confirm, single }: WriteJob,
  action: Action,
  planned: Planned,
  key: string,
  below: number,
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
  const isFresh = shown !== undefined && now() - Date.parse(shown.at) < DAY_MS;
  if (isFresh && shown.digest !== planned.digest)
    throw usage(
      `These are not the rows of the dry run at ${shown.at} (${shown.rows} rows then, ${planned.changes.length} now). Look again without --yes.`,
    );
  const count = planned.changes.length + below;
  if (action.danger === 'high' && confirm !== count)
    throw usage(`${action.action} cannot be taken back as it was: say --confirm ${count} for ${count} of them.`);
}

export const wasDone = ({ state }: Known): boolean => state === 'done' || state === 'undone';

/** Never sent, or surely not carried out. */
export const mayBeSent = (entry: Known | undefined) => entry === undefined || entry.state === 'failed';

export function refuseTooMany(count: number, { maxRows }: WriteSettings, what = 'rows'): void {
  if (count === 0) throw usage('There is no row to be written.');
  if (count > maxRows)
    throw usage(
      `There are ${count} ${what}, and \`write.max_rows\` is ${maxRows}. Raise it in the settings, or write fewer at once.`,
    );
}
