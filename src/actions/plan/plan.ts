/** Rows to changes: names resolved, requests made, complaints by line. Asks the site and changes nothing. */
import type { Json } from '../../contract/table.js';
import { inParallel } from '../../core/in-parallel.js';
import { own } from '../../core/json-path.js';
import type { Entry, Known } from '../journal/entry.js';
import type { InputType } from '../registry/action-file.js';
import { type Action, placeOn, requestOn } from '../registry/registry.js';
import { fieldsOf } from '../site/fields.js';
import { refuseUnknownReaders } from '../site/readers.js';
import { type FoundIssue, projectOfKey, type Site } from '../site/site.js';
import { BadValue } from '../values/bad-value.js';
import type { BadRow, Change, InputRow, Planned, ReadRow } from './change.js';
import { fieldValue } from './field-value.js';
import { actionId, contentKey, digestOf } from './identity.js';
import { inputValue } from './input-value.js';
import { issuesNamed } from './issues-named.js';
import { markerOf } from './marker.js';
import { markupOf, readRow } from './read-row.js';
import { type Placed, requestWith } from './request.js';
import type { Markup } from './rich-text.js';
import { rowsAtOdds } from './rows-at-odds.js';
import { presentStep } from './steps.js';
import { type Aim, fieldsToRead, TARGETS } from './targets.js';

export interface PlanSetting {
  readonly site: Site;
  readonly connection: string;
  readonly action: Action;
  /** Keys of the projects whose issues may be touched. */
  readonly projects: readonly string[];
  /** Whether people get mail, where the request can say so. */
  readonly notify: boolean;
  /** Inputs that nobody gave, with what is usual here; no part of a row's identity. */
  readonly usual: Readonly<Record<string, Json>>;
  readonly again?: string | undefined;
  /** What texts are written in where their row does not say it. */
  readonly markup?: Markup | undefined;
  /** Of rows that were sent before, as long as the rows; default: made of what they hold. */
  readonly ids?: readonly string[] | undefined;
  /** Rows whose outcome is known, or in doubt: their targets need no look. */
  readonly isKnown?: (id: string) => boolean;
  /** What a file that a row names is. @throws BadValue for one that may not be sent */
  readonly fileFacts?: (name: string) => Json;
  /** Of a row that goes by way of others: what was sent for each of its steps. */
  readonly entryOf?: (id: string) => Known | Entry | undefined;
  /** How many equal rows count as done before, for each content: where the numbers begin. */
  readonly doneBefore?: (content: Json) => number;
}

const AT_ONCE = 4;

export async function plan(rows: readonly InputRow[], setting: PlanSetting): Promise<Planned> {
  const { site, action, fileFacts, markup } = setting;
  const fields = action.fields === undefined ? null : await fieldsOf(site);
  const given = rows.map((row) => readRow(action, row, { fields, timeZone: site.caller.timeZone, fileFacts, markup }));
  const firstIds = setting.ids ?? identitiesOf(given, setting);
  const steps = given.map(({ content }, at) =>
    presentStep(setting.connection, { id: firstIds[at] ?? '', content }, (id) => setting.entryOf?.(id)),
  );
  const read = given.map((row, at): ReadRow => ({ ...row, content: steps[at]?.content ?? row.content }));
  const ids = steps.map(({ id }) => id);
  const isKnown = (at: number) => setting.isKnown?.(ids[at] ?? '') === true;
  const named = read.map(({ content, errors }, at) =>
    isKnown(at) || errors.length > 0 ? [] : issuesNamed(content, action, fields),
  );
  const toFind = named.flat();
  const toRead = read.flatMap(({ content }, at) => (isKnown(at) ? [] : bodyFields(action, Object.keys(content))));
  const issues =
    toFind.length === 0
      ? new Map<string, FoundIssue>()
      : await site.issues(toFind, [...new Set(fieldsToRead(action.action, toRead))]);
  const atOdds = rowsAtOdds(read, action, (name) => issues.get(name)?.id ?? name, isKnown);
  const results = await inParallel(read, AT_ONCE, async (row, at): Promise<Change | BadRow> => {
    const complaint = atOdds.get(at);
    if (row.errors.length > 0 || complaint !== undefined)
      return { line: row.line, errors: complaint === undefined ? row.errors : [...row.errors, complaint] };
    if (isKnown(at)) return knownChange(row, ids[at] ?? '', action);
    try {
      for (const name of named[at] ?? []) refuseForeign(name, issues.get(name), setting.projects);
      return await changeOf(row, ids[at] ?? '', issues, setting);
    } catch (error) {
      if (!(error instanceof BadValue)) throw error;
      return { line: row.line, errors: error.message.split('; ') };
    }
  });
  return {
    changes: results.filter((one) => 'id' in one),
    bad: results.filter((one) => 'errors' in one).map(({ line, errors }) => ({ line, errors })),
    // A flag that sends mail is no part of a row, and one of what was looked at.
    digest: digestOf(mailPlace(setting) === null ? firstIds : [...firstIds, String(setting.notify)]),
  };
}

function identitiesOf(
  rows: readonly ReadRow[],
  { connection, action, again, doneBefore }: PlanSetting,
): readonly string[] {
  const seen = new Map<string, number>();
  return rows.map(({ content }) => {
    const key = contentKey(content);
    const number = seen.get(key) ?? doneBefore?.(content) ?? 0;
    seen.set(key, number + 1);
    return actionId({ connection, action: action.action, content, number, again });
  });
}

/** The ids of the fields that these inputs set. */
function bodyFields({ input }: Action, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const { put } = input[name] ?? {};
    if (put === undefined) return [name];
    return put.startsWith('body.fields.') ? [put.slice('body.fields.'.length)] : [];
  });
}

async function changeOf(
  { line, content }: ReadRow,
  id: string,
  issues: ReadonlyMap<string, FoundIssue>,
  setting: PlanSetting,
): Promise<Change> {
  const { site, action, projects, usual } = setting;
  const issue = typeof content.issue === 'string' ? (issues.get(content.issue) ?? null) : null;
  if (typeof content.project === 'string') refuseProject(content.project, projects);
  // What an empty cell clears is left as it is usual.
  const said = Object.fromEntries(
    Object.entries(content).filter(([name, value]) => value !== null || !(name in usual)),
  );
  const placed = await placedOf({ ...usual, ...said }, issues, setting);
  const aim = aimOf(site, content, issue, placed);
  const find = TARGETS[action.action];
  if (find === undefined) throw new BadValue(`${action.action} is not carried out yet`);
  const target = await find(aim);
  const of = target.issues?.[0] ?? issue;
  for (const one of target.issues ?? []) refuseForeign(one.key, one, projects);
  const marker = action.marker === undefined ? [] : [{ place: action.marker, value: markerOf(id) }];
  const now = placed.filter(({ place }) => !target.later?.includes(place.replace(`${action.fields}.`, '')));
  const request = requestWith(requestOn(site.dialect, action), [...now, ...(target.placed ?? []), ...marker]);
  return {
    ...{
      id,
      action,
      line,
      content,
      request,
      before: target.before,
      wanted: target.wanted,
      alreadySo: target.alreadySo,
      unset: target.unset ?? [],
    },
    issueId: of?.id ?? null,
    issueKey: of?.key ?? (typeof content.project === 'string' ? content.project : null),
  };
}

/** Nothing of it will be sent. */
function knownChange({ line, content }: ReadRow, id: string, action: Action): Change {
  const request = { method: 'POST', path: '', query: {}, body: null } as const;
  const nothing = { issueId: null, issueKey: null, before: null, wanted: {}, alreadySo: false };
  return { id, action, line, content, request, ...nothing };
}

function refuseForeign(name: string, issue: Pick<FoundIssue, 'key'> | undefined, projects: readonly string[]): void {
  if (issue === undefined) throw new BadValue(`${name} is not there, or this account may not see it`);
  refuseProject(projectOfKey(issue.key), projects);
}

function refuseProject(key: string, projects: readonly string[]): void {
  if (!projects.includes(key))
    throw new BadValue(`the project ${key} is not among those that \`write:\` allows: ${projects.join(', ')}`);
}

/** Where the request says whether people get mail; null where it cannot. */
export const mailPlace = ({ site, action }: Pick<PlanSetting, 'site' | 'action'>): string | null =>
  site.dialect === 'cloud' ? (action.notify ?? null) : null;

/** What they mean depends on others. */
const FOUND_LATER: readonly InputType[] = ['issue_type', 'transition', 'transitions'];

async function placedOf(
  content: Readonly<Record<string, Json>>,
  issues: ReadonlyMap<string, FoundIssue>,
  { site, action, notify, projects }: PlanSetting,
): Promise<readonly Placed[]> {
  const placed: Placed[] = Object.entries(action.query ?? {}).map(([name, value]) => ({
    place: `query.${name}`,
    value,
  }));
  const mail = mailPlace({ site, action });
  if (mail !== null) placed.push({ place: mail, value: notify });
  const known = action.fields === undefined ? [] : await fieldsOf(site);
  const markup = markupOf(content);
  const issue = issues.get(String(content.issue));
  for (const [name, value] of Object.entries(content)) {
    if (name === 'markup') continue;
    const input = action.input[name];
    if (input === undefined) {
      const field = known.find((one) => one.id === name);
      const made = field ? await fieldValue(field, value, { site, markup, projects }) : value;
      placed.push({ place: `${action.fields}.${name}`, value: made });
    } else if (!FOUND_LATER.includes(input.type)) {
      if (input.type === 'visibility' && issue !== undefined)
        await refuseUnknownReaders(site, projectOfKey(issue.key), value);
      // A moved issue answers under another key than it was named by.
      const named = input.as === 'key' ? (issues.get(String(value))?.key ?? value) : value;
      const made = input.put === 'path.issue' ? (issue?.id ?? value) : await inputValue(input, named, site, markup);
      placed.push({ place: placeOn(site.dialect, input), value: made });
    }
  }
  return placed;
}

function aimOf(
  site: Site,
  content: Readonly<Record<string, Json>>,
  issue: FoundIssue | null,
  placed: readonly Placed[],
): Aim {
  const under = (prefix: string) =>
    placed
      .filter(({ place }) => place.startsWith(prefix))
      .map(({ place, value }) => [place.slice(prefix.length), value] as const);
  const fields = Object.fromEntries(under('body.fields.'));
  const values = Object.fromEntries(under('body.').filter(([name]) => !name.includes('.')));
  return { site, content, issue, fields, values };
}

/** The project that a change touches, by its key. */
export const projectOf = ({ issueKey, content }: Pick<Change, 'issueKey' | 'content'>): string =>
  String(own(content, 'project') ?? projectOfKey(issueKey ?? ''));
