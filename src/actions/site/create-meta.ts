/** What a new issue of a project and type may and must hold. */
import type { Json } from '../../contract/table.js';
import { ConnectorError } from '../../core/errors.js';
import { own } from '../../core/json-path.js';
import { didYouMean } from '../../core/yaml-file.js';
import { HttpStatusError } from '../../http/errors.js';
import { encodeSegment } from '../../http/url.js';
import { BadValue, quoted } from '../values/bad-value.js';
import { isSame } from '../values/same.js';
import { byOffset } from './listed.js';
import type { Site } from './site.js';

/** A field of the screen on which an issue is made, or moved. */
export interface ScreenField {
  readonly id: string;
  readonly name: string;
  readonly required: boolean;
  /** Null where anything goes. */
  readonly allowed: readonly Json[] | null;
}

const PAGE = 200;

/** @throws BadValue when there is no such project or type, or nothing may be made there */
export async function issueTypeOf(site: Site, project: string, wanted: string): Promise<string> {
  const types = await pagesOf(site, `/issue/createmeta/${encodeSegment(project)}/issuetypes`, 'issueTypes', project);
  const is = (type: Json) =>
    String(own(type, 'name')).toLowerCase() === wanted.toLowerCase() || own(type, 'id') === wanted;
  const found = types.find(is);
  const names = types.map((type) => String(own(type, 'name')));
  if (found === undefined)
    throw new BadValue(
      names.length === 0
        ? `this account may create no issues in ${project}`
        : `${project} has no issue type ${quoted(wanted)}.${didYouMean(wanted, names)} There are: ${names.join(', ')}`,
    );
  return String(own(found, 'id'));
}

export async function createFieldsOf(site: Site, project: string, type: string): Promise<readonly ScreenField[]> {
  const path = `/issue/createmeta/${encodeSegment(project)}/issuetypes/${encodeSegment(type)}`;
  return (await pagesOf(site, path, 'fields', project)).map((field) =>
    screenFieldOf(field, String(own(field, 'fieldId') ?? own(field, 'key'))),
  );
}

export function screenFieldOf(field: Json, id: string): ScreenField {
  const allowed = own(field, 'allowedValues');
  return {
    id,
    name: String(own(field, 'name') ?? id),
    required: own(field, 'required') === true && own(field, 'hasDefaultValue') !== true,
    allowed: Array.isArray(allowed) ? (allowed as readonly Json[]) : null,
  };
}

/** Part of the address of the metadata; some sites leave them out of it. */
const ALWAYS = new Set(['project', 'issuetype']);

/** Why a new issue would be refused, as far as its metadata says. */
export function complaintsOf(fields: readonly ScreenField[], given: Readonly<Record<string, Json>>): readonly string[] {
  const known = new Map(fields.map((field) => [field.id, field]));
  const missing = fields
    .filter(({ id, required }) => required && (given[id] ?? null) === null)
    .map(({ id, name }) => `${name} (${id}): Jira needs it for this project and type`);
  const wrong = Object.entries(given).flatMap(([id, value]) => {
    const field = known.get(id);
    if (field === undefined) return ALWAYS.has(id) ? [] : [`${id}: cannot be set in this project and type`];
    return notAllowed(field, value);
  });
  return [...missing, ...wrong];
}

/** Values that a field does not take. */
export function notAllowed({ name, allowed }: ScreenField, value: Json): readonly string[] {
  const bad = allowed === null ? [] : [value].flat().filter((one) => !isAllowed(allowed, one as Json));
  return bad.map((one) => `${name}: ${quoted(one)} is none of ${wordsOf(allowed ?? [])}`);
}

const isAllowed = (allowed: readonly Json[], value: Json) =>
  value === null || typeof value !== 'object' || allowed.some((one) => isSame(one, withoutChild(value)));

function withoutChild(value: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'child'));
}

const MOST_WORDS = 12;

function wordsOf(allowed: readonly Json[]): string {
  const words = allowed.map((one) => String(own(one, 'value') ?? own(one, 'name') ?? own(one, 'key')));
  return `${words.slice(0, MOST_WORDS).join(', ')}${words.length > MOST_WORDS ? ', …' : ''}`;
}

async function pagesOf(site: Site, path: string, name: string, project: string): Promise<readonly Json[]> {
  const { items, isWhole } = await byOffset(name, async (startAt) => {
    const answer = await site
      .once(path, { startAt: String(startAt), maxResults: String(PAGE) })
      .catch((error: unknown) => {
        const isNone = error instanceof HttpStatusError && (error.status === 404 || error.status === 400);
        throw isNone
          ? new BadValue(`there is no project ${quoted(project)}, or this account may create nothing there`)
          : error;
      });
    // Cloud calls them by what they are, Data Center calls them values.
    return {
      [name]: (own(answer, name) ?? own(answer, 'values') ?? null) as Json,
      total: own(answer, 'total') as Json,
    };
  });
  if (!isWhole)
    throw new ConnectorError(
      'failed',
      `The site lists what new issues of ${project} take in part only; nothing was sent. Run again later.`,
    );
  return items;
}
