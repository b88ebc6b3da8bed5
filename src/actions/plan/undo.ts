/** What takes back an entry of the journal: the inverse request, or why there is none. A value is restored only where it is still ours. */
import type { Json } from '../../contract/table.js';
import { isObject, own } from '../../core/json-path.js';
import { type Entry, isOpen } from '../journal/entry.js';
import { type Action, type ActionRegistry, requestOn } from '../registry/registry.js';
import * as read from '../site/read-target.js';
import type { Site } from '../site/site.js';
import { internalOf } from '../values/internal.js';
import { isSame, settable } from '../values/same.js';
import type { Change } from './change.js';
import { actionId } from './identity.js';
import { markerOf } from './marker.js';
import { mailPlace } from './plan.js';
import { type Placed, requestWith } from './request.js';

export interface UndoSetting {
  readonly site: Site;
  readonly connection: string;
  readonly registry: ActionRegistry;
  /** Whether people get mail, where the request can say so; default: as the run had it. */
  readonly notify?: boolean | undefined;
  readonly shownNow: (entry: Entry) => Promise<read.Shown | null>;
}

export interface Undo {
  readonly entry: Entry;
  /** Null: nothing is sent for it. */
  readonly change: Change | null;
  /** Why nothing is, or which part is left as it is. */
  readonly note: string | null;
}

export async function undoOf(entry: Entry, setting: UndoSetting): Promise<Undo> {
  const name = setting.registry.get(entry.action).undo?.action;
  if (entry.state !== 'done') return left(entry, isOpen(entry) ? 'it is in doubt' : `it is ${entry.state}`);
  if (entry.undoes !== null) return left(entry, 'it takes back another action itself');
  if (name === undefined)
    return left(entry, `it cannot be undone. ${setting.registry.get(entry.action).undo?.about ?? ''}`);
  const action = setting.registry.get(name);
  const undo = await (action.once === 'value' ? restored(entry, action, setting) : inverse(entry, action, setting));
  if (undo.change === null || entry.request.query.adjustEstimate !== 'new') return undo;
  return { ...undo, note: [...(undo.note === null ? [] : [undo.note]), ESTIMATE_STAYS].join('; ') };
}

const ESTIMATE_STAYS = 'left as it is: the remaining estimate; what it was before is not known';

const left = (entry: Entry, note: string): Undo => ({ entry, change: null, note });

async function restored(entry: Entry, action: Action, setting: UndoSetting): Promise<Undo> {
  const now = await setting.shownNow(entry);
  if (now === null) return left(entry, 'it is not there any more');
  const names = Object.keys(entry.wanted);
  const ours = names.filter((name) => isSame(now[name], entry.wanted[name] ?? null));
  const others = names.filter((name) => !ours.includes(name));
  const note = others.map((name) => `${name}: we wrote ${words(entry.wanted[name])}, now it is ${words(now[name])}`);
  if (ours.length === 0) return left(entry, `somebody has changed it since: ${note.join('; ')}`);
  const wanted = Object.fromEntries(ours.map((name) => [name, settable(entry.before?.[name])]));
  const body = Object.entries(wanted).map(([name, value]) => placeOf(action, name, value, setting.site));
  const before = Object.fromEntries(ours.map((name) => [name, now[name] ?? null]));
  const change = changeOf(entry, action, body, { before, wanted }, setting);
  return { entry, change, note: note.length > 0 ? `left as it is: ${note.join('; ')}` : null };
}

function placeOf({ action }: Action, name: string, value: Json, { dialect }: Site): Placed {
  if (action === 'update_issue') return { place: `body.fields.${name}`, value };
  if (action !== 'assign_issue') return { place: `body.${name}`, value };
  const id = dialect === 'cloud' ? 'accountId' : 'name';
  return { place: `body.${id}`, value: (own(value, id) ?? null) as Json };
}

/** What was made is deleted, what was deleted is made again. */
async function inverse(entry: Entry, action: Action, setting: UndoSetting): Promise<Undo> {
  const { site } = setting;
  const shown = entry.before ?? {};
  const id = entry.resultId ?? '';
  // Who was allowed to read it, and nobody else.
  const readers: Readonly<Record<string, Json>> = isObject(shown.visibility) ? { visibility: shown.visibility } : {};
  const make = (body: Readonly<Record<string, Json>>): Undo => {
    const placed = Object.entries(body).map(([name, value]): Placed => ({ place: `body.${name}`, value }));
    return { entry, change: changeOf(entry, action, placed, { before: null, wanted: {} }, setting), note: null };
  };
  const remove = (place: string, value: string, before: read.Shown | null): Undo =>
    before === null
      ? left(entry, 'it is not there any more')
      : { entry, change: changeOf(entry, action, [{ place, value }], { before, wanted: {} }, setting), note: null };
  const issue = entry.issueId ?? '';
  switch (action.action) {
    case 'delete_issue':
      return remove('path.issue', issue, await read.issueFields(site, issue, ['summary']));
    case 'delete_comment':
      return remove('path.comment', id, await read.comment(site, issue, id));
    case 'delete_worklog':
      return remove('path.worklog', id, await read.worklog(site, issue, id));
    case 'delete_issue_link': {
      const { type, issue: inward, other } = entry.wanted;
      const link = await read.linkBetween(site, String(type), String(inward), String(other));
      return remove('path.link', link ?? '', link === null ? null : await read.link(site, link));
    }
    case 'add_comment':
      return make({
        body: shown.body ?? null,
        ...readers,
        // Else customers could read it now.
        ...(shown.jsdPublic === false ? { properties: internalOf(true) } : {}),
      });
    case 'create_worklog':
      return make({
        started: shown.started ?? null,
        timeSpentSeconds: shown.timeSpentSeconds ?? null,
        comment: shown.comment ?? null,
        ...readers,
      });
    default:
      return make({
        type: { name: String(own(shown.type, 'name')) },
        inwardIssue: { id: String(own(shown.inwardIssue, 'id')) },
        outwardIssue: { id: String(own(shown.outwardIssue, 'id')) },
      });
  }
}

function changeOf(
  entry: Entry,
  action: Action,
  placed: readonly Placed[],
  values: Pick<Change, 'before' | 'wanted'>,
  setting: UndoSetting,
): Change {
  const { site, connection } = setting;
  const content: Readonly<Record<string, Json>> = { ...targetOf(entry, placed), undoes: entry.id };
  const id = actionId({ connection, action: action.action, content: entry.id, number: 0, again: 'undo' });
  const line = requestOn(site.dialect, action);
  const target: Placed[] = line.includes('{issue}') ? [{ place: 'path.issue', value: entry.issueId }] : [];
  for (const name of ['comment', 'worklog'])
    if (line.includes(`{${name}}`) && own(entry.content, name) !== undefined)
      target.push({ place: `path.${name}`, value: String(own(entry.content, name)) });
  const marker: readonly Placed[] = action.marker === undefined ? [] : [{ place: action.marker, value: markerOf(id) }];
  const request = requestWith(line, [...target, ...placed, ...asSent(entry, action, setting), ...marker]);
  const { issueId, issueKey } = entry;
  return { id, action, line: entry.line, content, request, ...values, issueId, issueKey, alreadySo: false };
}

/** What the run said beside its values: whether people get mail, and what becomes of the remaining estimate. */
function asSent({ request: { query } }: Entry, action: Action, { site, notify }: UndoSetting): readonly Placed[] {
  const [mail, mailed] = [mailPlace({ site, action }), notify ?? query.notifyUsers];
  const [place, estimate] = [action.input.adjust_estimate?.put, query.adjustEstimate];
  const [byPlace, by] = [(action.input.reduce_by ?? action.input.increase_by)?.put, query.reduceBy ?? query.increaseBy];
  return [
    ...(mail === null || mailed === undefined ? [] : [{ place: mail, value: String(mailed) }]),
    ...(place === undefined || estimate === undefined
      ? []
      : [{ place, value: estimate === 'new' ? 'leave' : estimate }]),
    ...(byPlace === undefined || by === undefined ? [] : [{ place: byPlace, value: by }]),
  ];
}

/** What says which thing it is about, for looking it up when the answer is lost. */
function targetOf(entry: Entry, placed: readonly Placed[]): Readonly<Record<string, Json>> {
  const given = placed
    .filter(({ place }) => place.startsWith('path.'))
    .map(({ place, value }) => [place.slice(5), value]);
  const known = ['comment', 'worklog', 'link'].flatMap((name) => {
    const value = own(entry.content, name);
    return typeof value === 'string' ? [[name, value]] : [];
  });
  return Object.fromEntries([...known, ...given]) as Record<string, Json>;
}

function words(value: Json | undefined): string {
  const text = JSON.stringify(value ?? null);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
