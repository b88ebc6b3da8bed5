/** What may be written where: fields of new issues by project and type, of an issue, of a transition's screen; and the picker of issues. */

import { optionsOf } from '../issues/custom-fields.js';
import { formOf } from '../issues/issue-desk.js';
import { fieldValue } from '../issues/system-fields.js';
import type { Call, FieldDef, Project, SimRoute } from '../model.js';
import { Refusal } from '../refusal.js';
import { ok, pageOf } from '../routes/paging.js';
import { findProject } from '../routes/projects.js';
import { issueTypeShape, issueTypesOf } from '../routes/shapes.js';
import { canBeSet, kindOf } from './field-input.js';
import type { WriteDesk } from './write-desk.js';

const TYPES = 'issue/createmeta/{projectIdOrKey}/issuetypes';
const PAGE = { usual: 50, cap: 200 };
/** Rows that the picker gives at most, whatever there is. */
const PICKED = 20;
/** Known from the path, or never on a screen where issues are made. */
const NOT_ASKED: ReadonlySet<string> = new Set(['resolution', 'environment']);

export function metadataRoutes(writes: WriteDesk): SimRoute[] {
  return [
    get(TYPES, (call) => createTypes(writes, call)),
    get(`${TYPES}/{issueTypeId}`, (call) => createFields(writes, call)),
    get('issue/{issueIdOrKey}/editmeta', (call) => editMeta(writes, call)),
    get('issue/picker', (call) => picked(writes, call)),
  ];
}

function get(name: string, body: (call: Call) => unknown): SimRoute {
  return { method: 'GET', path: `/rest/api/3/${name}`, handle: (call) => ok(body(call)) };
}

function projectOf({ site }: WriteDesk, call: Call): Project {
  return findProject(site.directory, call.params.projectIdOrKey ?? '');
}

function createTypes(writes: WriteDesk, call: Call): unknown {
  const types = issueTypesOf(writes.site.directory, projectOf(writes, call));
  const shown = writes.may('CREATE_ISSUES') ? types : [];
  return paged(
    writes,
    call,
    'issueTypes',
    shown.map((type) => issueTypeShape(call.origin, type)),
  );
}

function createFields(writes: WriteDesk, call: Call): unknown {
  const { directory } = writes.site;
  const project = projectOf(writes, call);
  const type = issueTypesOf(directory, project).find(({ id }) => id === call.params.issueTypeId);
  if (type === undefined) throw new Refusal(404, ['The issue type does not exist in this project.']);
  const always = ['project', 'issuetype', 'summary', ...(type.subtask ? ['parent'] : [])];
  const demands = [...always, ...writes.rules.requiredFields];
  const fields = directory.fields.filter(
    (field) => ['project', 'issuetype'].includes(field.id) || (isOn(field, project) && !NOT_ASKED.has(field.id)),
  );
  const place = directory.projects.indexOf(project);
  const rows = fields.map((field) => ({ ...meta(writes, call, place, field, demands), fieldId: field.id }));
  return paged(writes, call, 'fields', rows);
}

/** Cloud names the rows after what they are, Data Center calls them values. */
function paged(writes: WriteDesk, call: Call, name: string, rows: readonly unknown[]): unknown {
  const { startAt, maxResults, total, isLast, rows: shown } = pageOf(call, rows, PAGE);
  const bounds = { startAt, maxResults, total };
  return writes.isServer ? { ...bounds, isLast, values: shown } : { ...bounds, [name]: shown };
}

function editMeta(writes: WriteDesk, call: Call): unknown {
  const place = writes.issueOf(call);
  const { directory, table } = writes.site;
  const project = directory.projects[table.project[place] ?? 0];
  const fields = directory.fields.filter(
    (field) => project !== undefined && isOn(field, project) && field.id !== 'resolution',
  );
  const entries = fields.map((field) => [field.id, metaOf(writes, call, place, field, ['summary'])]);
  return { fields: writes.may('EDIT_ISSUES') ? Object.fromEntries(entries) : {} };
}

const isOn = (field: FieldDef, project: Project): boolean =>
  canBeSet(field) && (field.projectId ?? project.id) === project.id;

export function metaOf(
  writes: WriteDesk,
  call: Call,
  place: number,
  field: FieldDef,
  demands: readonly string[],
): Record<string, unknown> {
  return meta(writes, call, writes.site.table.project[place] ?? 0, field, demands);
}

function meta(
  writes: WriteDesk,
  call: Call,
  project: number,
  field: FieldDef,
  demands: readonly string[],
): Record<string, unknown> {
  const allowedValues = choices(writes, call, project, field);
  const isList = field.schema.type === 'array' && kindOf(field) !== 'gh-sprint';
  return {
    ...{ required: demands.includes(field.id), schema: field.schema, name: field.name, key: field.id },
    ...{ hasDefaultValue: false, operations: isList ? ['add', 'set', 'remove'] : ['set'] },
    ...(allowedValues === undefined ? {} : { allowedValues }),
  };
}

/** Undefined where anything goes. */
function choices({ site, desk }: WriteDesk, call: Call, project: number, field: FieldDef): unknown[] | undefined {
  const shapes = desk.shapes(call);
  const { directory } = site;
  const owner = directory.projects[project];
  const kind = kindOf(field);
  if (kind === 'cascadingselect')
    return optionsOf(shapes, field).map((one) => ({ ...one, children: optionsOf(shapes, field) }));
  if (['select', 'radiobuttons', 'multiselect', 'multicheckboxes'].includes(kind)) return [...optionsOf(shapes, field)];
  if (kind === 'priority') return directory.priorities.map((_, place) => shapes.priority(place));
  if (kind === 'resolution') return directory.resolutions.map((_, place) => shapes.resolution(place));
  if (kind === 'components') return owner?.components.map((_, place) => shapes.component(project, place));
  if (['versions', 'fixVersions', 'version', 'multiversion'].includes(kind))
    return owner?.versions.map((_, place) => shapes.version(project, place));
  return undefined;
}

/** By the beginning of the key or a part of the summary. */
function picked({ site, desk }: WriteDesk, call: Call): unknown {
  const text = (call.query.get('query') ?? '').toLowerCase();
  const within = call.query.get('currentProjectId');
  const shapes = desk.shapes(call);
  const issues: unknown[] = [];
  for (let place = 0; place < site.table.size && issues.length < PICKED && text !== ''; place += 1) {
    if (site.table.visible[place] !== 1) continue;
    if (within !== null && site.directory.projects[site.table.project[place] ?? 0]?.id !== within) continue;
    const key = site.keyAt(place);
    const summary = String(fieldValue({ site, shapes, place, form: formOf(call), commentCap: 0 }, 'summary'));
    if (!key.toLowerCase().startsWith(text) && !summary.toLowerCase().includes(text)) continue;
    const words = { key, keyHtml: key, img: '/images/icons/issuetypes/story.svg', summary, summaryText: summary };
    issues.push({ id: Number(site.idOf(place)), ...words });
  }
  const sub = `Showing ${issues.length} of ${issues.length} matching issues`;
  return {
    sections: [
      { label: 'History Search', sub: '', id: 'hs', issues: [] },
      { label: 'Current Search', sub, id: 'cs', issues },
    ],
  };
}
