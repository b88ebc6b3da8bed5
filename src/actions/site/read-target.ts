/** What an action changes, as Jira shows it now: read before the request for undo, and after a lost answer to find out. */
import type { Json } from '../../contract/table.js';
import { own } from '../../core/json-path.js';
import { encodeSegment } from '../../http/url.js';
import { INTERNAL, isInternal } from '../values/internal.js';
import { type FoundIssue, listAt, type Site } from './site.js';

export type Shown = Readonly<Record<string, Json>>;

/** Those of an issue that say what it is; long lists are tables of their own. */
export const WHOLE_ISSUE: readonly string[] = ['*all', '-comment', '-worklog', '-attachment', '-issuelinks'];

export async function issueFields(site: Site, issue: string, fields: readonly string[]): Promise<Shown | null> {
  const found = (await site.issues([issue], fields)).get(issue);
  return found ? Object.fromEntries(fields.map((id) => [id, found.fields[id] ?? null])) : null;
}

export async function comment(site: Site, issue: string, id: string): Promise<Shown | null> {
  const found = await site.getIfThere(`/issue/${encodeSegment(issue)}/comment/${encodeSegment(id)}`);
  if (found === null) return null;
  const shown = members(found, ['body', 'author', 'created', 'visibility', 'jsdPublic']);
  if (site.dialect === 'cloud') return shown;
  // Data Center says by a property alone that customers may not read it.
  const property = await site.getIfThere(`/comment/${encodeSegment(id)}/properties/${INTERNAL}`);
  return { ...shown, jsdPublic: !isInternal([property]) };
}

export async function worklog(site: Site, issue: string, id: string): Promise<Shown | null> {
  const found = await site.getIfThere(`/issue/${encodeSegment(issue)}/worklog/${encodeSegment(id)}`);
  return found === null
    ? null
    : members(found, ['started', 'timeSpentSeconds', 'comment', 'author', 'created', 'visibility']);
}

export async function link(site: Site, id: string): Promise<Shown | null> {
  const found = await site.getIfThere(`/issueLink/${encodeSegment(id)}`);
  return found === null ? null : members(found, ['type', 'inwardIssue', 'outwardIssue']);
}

/** The link of a type from one issue to another; null when there is none. */
export async function linkBetween(site: Site, type: string, inward: string, outward: string): Promise<string | null> {
  return linkIn(await issuesWithLinks(site, [inward, outward]), type, inward, outward);
}

export const issuesWithLinks = (site: Site, names: readonly string[]): Promise<ReadonlyMap<string, FoundIssue>> =>
  site.issues(names, ['issuelinks']);

/** @param issues both ends, with `issuelinks`: a link names its other end by the present key, which a moved issue was not named by */
export function linkIn(
  issues: ReadonlyMap<string, FoundIssue>,
  type: string,
  inward: string,
  outward: string,
): string | null {
  const wanted = issues.get(outward)?.key ?? outward;
  const found = listAt(issues.get(inward)?.fields, 'issuelinks').find((one) => {
    const other = own(one, 'outwardIssue');
    const isType = String(own(own(one, 'type'), 'name')).toLowerCase() === type.toLowerCase();
    return isType && (own(other, 'key') === wanted || own(other, 'id') === wanted);
  });
  return found === undefined ? null : String(own(found, 'id'));
}

const members = (record: Json, names: readonly string[]): Shown =>
  Object.fromEntries(names.map((name) => [name, (own(record, name) ?? null) as Json]));
