/** One issue as JSON: which fields were asked for, their values, and the expansions. */

import type { FieldDef } from '../model.js';
import { type AdfDocument, html } from './adf.js';
import { historyJson, type RichText } from './child-shapes.js';
import { customValue } from './custom-fields.js';
import type { Shapes } from './shapes.js';
import type { SiteIssues } from './site-issues.js';
import { fieldValue, INLINE_CAP, type Scene, SYSTEM_FIELDS } from './system-fields.js';

type Json = Record<string, unknown>;

/** Histories inside an issue stop here; `total` tells. */
export const CHANGELOG_CAP = 40;
const NOT_NAVIGABLE: ReadonlySet<string> = new Set(['comment', 'worklog', 'timetracking']);
const EXPANDABLE = 'operations,versionedRepresentations,editmeta,changelog,renderedFields';

/** The fields to write, in the site's order; `keysOnly` when none was asked for that needs the issue itself. */
export interface FieldChoice {
  readonly fields: readonly FieldDef[];
  readonly keysOnly: boolean;
  /** Only ids: not even keys. */
  readonly idsOnly: boolean;
}

export interface RenderOptions {
  readonly choice: FieldChoice;
  readonly expand: ReadonlySet<string>;
  readonly form: RichText;
  /** Keys of the properties to show. */
  readonly properties?: readonly string[];
  /** All histories and comments are shown inside the issue, however many (Data Center). */
  readonly whole?: boolean;
}

/** System fields that this simulator writes, whether or not the site's field list names them, then the custom fields. */
function writtenFields(site: SiteIssues): FieldDef[] {
  const listed = new Map(site.directory.fields.map((field) => [field.id, field]));
  const system = Object.keys(SYSTEM_FIELDS).map(
    (id) => listed.get(id) ?? { id, name: id, custom: false, schema: { type: 'any', system: id } },
  );
  return [...system, ...site.directory.fields.filter((field) => field.custom)];
}

/**
 * Reads a list of field names: ids, `*all`, `*navigable`, `-x`. Exclusions alone leave all others. Unknown names are ignored, as Jira does.
 * `[]` means `fallback`.
 */
export function chooseFields(site: SiteIssues, names: readonly string[], fallback: readonly string[]): FieldChoice {
  const wanted = names.length === 0 ? fallback : names;
  const dropped = new Set(wanted.filter((name) => name.startsWith('-')).map((name) => name.slice(1)));
  const kept = new Set(wanted.filter((name) => !name.startsWith('-')));
  if (kept.size === 0 && dropped.size > 0) kept.add('*all');
  const isKept = ({ id }: FieldDef): boolean =>
    !dropped.has(id) && (kept.has('*all') || kept.has(id) || (kept.has('*navigable') && !NOT_NAVIGABLE.has(id)));
  const fields = writtenFields(site).filter(isKept);
  const keysOnly = fields.length === 0 && [...kept].every((name) => name === 'id' || name === 'key');
  return { fields, keysOnly, idsOnly: keysOnly && !kept.has('key') };
}

/** The issue in Jira's shape. With ids only, as the search answers by default, there is nothing but the id. */
export function renderIssue(site: SiteIssues, shapes: Shapes, place: number, options: RenderOptions): Json {
  const id = site.idOf(place);
  const asked = options.properties ?? [];
  if (options.choice.idsOnly && options.expand.size === 0 && asked.length === 0) return { id };
  const commentCap = options.whole ? Number.POSITIVE_INFINITY : INLINE_CAP;
  const scene: Scene = { site, shapes, place, form: options.form, commentCap };
  const head = { expand: EXPANDABLE, id, self: shapes.self(`issue/${id}`), key: site.keyAt(place) };
  const { fields } = options.choice;
  return {
    ...head,
    ...(fields.length === 0 ? {} : { fields: fieldsOf(scene, fields) }),
    ...(asked.length === 0 ? {} : { properties: propertiesOf(site, place, asked) }),
    ...(options.expand.has('changelog')
      ? { changelog: changelogOf(scene, options.whole ? Number.POSITIVE_INFINITY : CHANGELOG_CAP) }
      : {}),
    ...(options.expand.has('transitions') ? { transitions: transitionsOf(scene) } : {}),
    ...(options.expand.has('renderedFields') ? { renderedFields: renderedOf(scene, fields) } : {}),
  };
}

function fieldsOf(scene: Scene, fields: readonly FieldDef[]): Json {
  const values: Json = {};
  for (const field of fields) {
    const value = field.custom ? customValue(scene, field) : fieldValue(scene, field.id);
    if (value !== undefined) values[field.id] = value;
  }
  return values;
}

function propertiesOf(site: SiteIssues, place: number, keys: readonly string[]): Json {
  const all = site.extras.propertiesOf(place);
  return Object.fromEntries(keys.flatMap((key) => (all.has(key) ? [[key, all.get(key)]] : [])));
}

/** From any status to any other, as a simplified workflow allows. */
function transitionsOf({ site, shapes }: Scene): Json[] {
  return site.directory.statuses.flatMap(({ name, projectId }, place) =>
    projectId === undefined ? [{ id: String(11 + 10 * place), name, to: shapes.status(place), isGlobal: true }] : [],
  );
}

/** Newest first, at most `cap`, with the true total. */
function changelogOf({ site, shapes, place }: Scene, cap: number): Json {
  const all = site.histories.of(place);
  const histories = all.slice(-cap).reverse();
  const shown = histories.map((history) => historyJson(shapes, history, 'iso'));
  return { startAt: 0, maxResults: shown.length, total: all.length, histories: shown };
}

function renderedOf(scene: Scene, fields: readonly FieldDef[]): Json {
  const asDocuments: Scene = { ...scene, form: 'adf' };
  return Object.fromEntries(
    fields.map((field) => {
      const value = field.custom ? customValue(asDocuments, field) : fieldValue(asDocuments, field.id);
      return [field.id, isDocument(value) ? html(value) : null];
    }),
  );
}

const isDocument = (value: unknown): value is AdfDocument =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === 'doc';

/** `names` and `schema` of an answer: of the fields it holds. */
export function describeFields(choice: FieldChoice, expand: ReadonlySet<string>): Json {
  const of = (pick: (field: FieldDef) => unknown): Json =>
    Object.fromEntries(choice.fields.map((field) => [field.id, pick(field)]));
  return {
    ...(expand.has('names') ? { names: of((field) => field.name) } : {}),
    ...(expand.has('schema') ? { schema: of((field) => field.schema) } : {}),
  };
}
