import { jiraTime } from '../clock.js';
import type { Answer, Call, Directory, FieldDef, IssueIndex, Project, SimRoute } from '../model.js';
import { Refusal } from '../refusal.js';
import { ALL_FEATURES, type SiteFeatures } from '../site/options.js';
import { containing, listOf, narrowed, ok, pageBean } from './paging.js';
import { scopeShape } from './shapes.js';

const FIELDS = { usual: 50, cap: 50 };
const SCHEMES = { usual: 50, cap: 100 };

/** Fields, and what says which fields a project uses: field schemes and, before them, field configurations. */
export function fieldRoutes(
  directory: Directory,
  _issues: IssueIndex,
  features: SiteFeatures = ALL_FEATURES,
): SimRoute[] {
  return [
    {
      method: 'GET',
      path: '/rest/api/3/field',
      handle: () => ok([...FIELDS_WITHOUT_SCHEMA, ...directory.fields.map(fieldDetails)]),
    },
    { method: 'GET', path: '/rest/api/3/field/search', handle: (call) => ok(searchFields(directory, call)) },
    {
      method: 'GET',
      path: '/rest/api/3/config/fieldschemes',
      handle: (call) => fieldSchemes(directory, call, features),
    },
    {
      method: 'GET',
      path: '/rest/api/3/fieldconfiguration',
      handle: (call) => {
        const byId = narrowed(call, 'id', schemesOf(directory), ({ id }) => String(id));
        const rows = call.query.get('isDefault') === 'true' ? byId.filter(({ isDefault }) => isDefault) : byId;
        return ok(pageBean(call, containing(call, 'query', rows), FIELDS, configuration));
      },
    },
  ];
}

/** Two system fields that Jira lists without a schema, as it does `parent`; those of an issue do not have them. */
const FIELDS_WITHOUT_SCHEMA = [
  { id: 'issuekey', name: 'Key', clauseNames: ['id', 'issue', 'issuekey', 'key'] },
  { id: 'thumbnail', name: 'Images', clauseNames: [] },
].map((field) => ({
  ...field,
  key: field.id,
  custom: false,
  orderable: false,
  navigable: true,
  searchable: field.clauseNames.length > 0,
}));

function fieldDetails(field: FieldDef): Record<string, unknown> {
  const { id, name, custom, schema } = field;
  const clauseNames = custom ? [`cf[${schema.customId}]`, name] : [id];
  const about = { id, key: id, name, custom, orderable: true, navigable: true, searchable: true };
  return { ...about, clauseNames, ...scopeShape(field.projectId), ...(id === 'parent' ? {} : { schema }) };
}

/** Global fields only; those of team-managed projects never appear in this list. */
function searchFields(directory: Directory, call: Call): unknown {
  const global = directory.fields.filter(({ projectId }) => projectId === undefined);
  const byType = narrowed(call, 'type', global, ({ custom }) => (custom ? 'custom' : 'system'));
  const byId = narrowed(call, 'id', byType, ({ id }) => id);
  const rows = containing(call, 'query', byId).toSorted((left, right) => (left.name < right.name ? -1 : 1));
  const expand = new Set(listOf(call, 'expand'));
  return pageBean(call, rows, FIELDS, (field) => foundField(field, expand, call.now));
}

function foundField(field: FieldDef, expand: ReadonlySet<string>, now: number): Record<string, unknown> {
  const number = field.schema.customId ?? 0;
  const extra: Record<string, unknown> = {
    key: field.id,
    stableId: field.id,
    isLocked: field.schema.custom?.startsWith('com.pyxis') ?? false,
    searcherKey: field.schema.custom === undefined ? undefined : `${field.schema.custom}searcher`,
    screensCount: number % 7,
    contextsCount: field.custom ? 1 : 0,
    projectsCount: field.custom ? number % 4 : 0,
    lastUsed: field.custom ? { type: 'TRACKED', value: jiraTime(now - number * 60_000) } : { type: 'NOT_TRACKED' },
  };
  const asked = Object.entries(extra).filter(([name, value]) => expand.has(name) && value !== undefined);
  const description = number % 2 === 1 ? { description: `What "${field.name}" is for.` } : {};
  return { id: field.id, name: field.name, schema: field.schema, ...description, ...Object.fromEntries(asked) };
}

interface FieldScheme {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly isDefault: boolean;
}

/** The default one, and one for every second company-managed project. */
function schemesOf(directory: Directory): FieldScheme[] {
  const projects = directory.projects.filter(({ style }) => style === 'classic');
  const own = (project: Project): FieldScheme => ({
    id: Number(project.id) + 100,
    name: `${project.key}: Feldkonfiguration`,
    description: '',
    isDefault: false,
  });
  const standard = { id: 10_000, name: 'Default Field Configuration', description: 'The default.', isDefault: true };
  return [standard, ...projects.filter((_, number) => number % 2 === 0).map(own)];
}

function fieldSchemes(directory: Directory, call: Call, features: SiteFeatures): Answer {
  if (!features.fieldSchemes) {
    throw new Refusal(404, ['Field association schemes are not enabled for this site.']);
  }
  const rows = containing(call, 'query', schemesOf(directory));
  const self = (id: number): string => `${call.origin}/rest/api/3/config/fieldschemes/${id}`;
  return ok(
    pageBean(call, rows, SCHEMES, (scheme) => ({
      ...scheme,
      fieldsCount: directory.fields.length,
      links: { associations: `${self(scheme.id)}/fields`, projects: `${self(scheme.id)}/projects` },
    })),
  );
}

/** Only the default one says `isDefault`. Atlassian's schema forgets both `id` and `isDefault`; their example has them. */
function configuration({ id, name, description, isDefault }: FieldScheme): Record<string, unknown> {
  return { id, name, description, ...(isDefault ? { isDefault } : {}) };
}
