/** Roles and groups that may read a comment or a worklog: looked up before it is sent, for one that is not there is a refusal at best. */
import type { Json } from '../../contract/table.js';
import { isObject, own } from '../../core/json-path.js';
import { didYouMean } from '../../core/yaml-file.js';
import { HttpStatusError } from '../../http/errors.js';
import { encodeSegment } from '../../http/url.js';
import { BadValue, quoted } from '../values/bad-value.js';
import { byOffset } from './listed.js';
import type { Site } from './site.js';

/** @param readers `{type, value}`, or by an identifier, which Jira alone knows. @throws BadValue for a name that is not there */
export async function refuseUnknownReaders(site: Site, project: string, readers: Json): Promise<void> {
  const wanted = own(readers, 'value');
  if (typeof wanted !== 'string') return;
  const type = own(readers, 'type');
  const names = await (type === 'role' ? roles(site, project) : groups(site, wanted));
  if (names === null || names.includes(wanted)) return;
  const where = type === 'role' ? `in ${project}` : 'on this site';
  const there = type === 'role' ? ` There are: ${names.join(', ')}` : '';
  throw new BadValue(`there is no ${type} ${quoted(wanted)} ${where}.${didYouMean(wanted, names)}${there}`);
}

async function roles(site: Site, project: string): Promise<readonly string[] | null> {
  const found = await ifAllowed(site.once(`/project/${encodeSegment(project)}/role`));
  return isObject(found) ? Object.keys(found) : null;
}

/** The groups whose names are like this; null where the site does not tell of all of them, unless the name itself is among those it tells of. */
async function groups(site: Site, name: string): Promise<readonly string[] | null> {
  // The picker knows no pages: asked for a second one it would give the first again.
  const picked = (startAt: number) =>
    startAt > 0 ? NO_PAGE : site.once('/groups/picker', { query: name, maxResults: '1000' });
  const paged = (startAt: number) => site.once('/group/bulk', { groupName: name, startAt: String(startAt) });
  const found = await ifAllowed(site.dialect === 'cloud' ? byOffset('values', paged) : byOffset('groups', picked));
  const names = found?.items.map((one) => String(own(one, 'name'))) ?? [];
  return found?.isWhole || names.includes(name) ? names : null;
}

const NO_PAGE = Promise.resolve(null);

/** Who may not browse groups or roles, or whose token has no scope for it (401), may name them all the same. */
async function ifAllowed<Answer>(asked: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof HttpStatusError && [401, 403, 404].includes(error.status)) return null;
    throw error;
  }
}
