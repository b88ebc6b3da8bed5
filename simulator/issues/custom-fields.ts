/** Values of custom fields by their type; each is empty on about a third of the issues. */

import { jiraDate, jiraTime } from '../clock.js';
import type { FieldDef, Sprint } from '../model.js';
import { Draw, hash, SALT, unit } from '../random.js';
import { richDocument } from './adf.js';
import { richText } from './child-shapes.js';
import { FIRST_ISSUE_ID, NONE } from './issue-table.js';
import { NUMBERS } from './past.js';
import type { Shapes } from './shapes.js';
import { edited, fieldValue, type Scene } from './system-fields.js';
import { labelsOf, sentenceOf } from './words.js';

type CustomMaker = (scene: Scene, draw: Draw, field: FieldDef) => unknown;

const DAY = 86_400_000;
const OPTIONS = ['Low', 'Mittel', 'Élevé', '致命的', 'n/a', 'He said "no"', 'a,b;c'];

interface Option {
  readonly self: string;
  readonly value: string;
  readonly id: string;
}

function optionAt(shapes: Shapes, field: FieldDef, place: number): Option {
  const id = String(10_000 + (field.schema.customId ?? 0) * 10 + place);
  return { self: shapes.self(`customFieldOption/${id}`), value: OPTIONS[place] ?? '', id };
}

const option = (scene: Scene, draw: Draw, field: FieldDef): Option =>
  optionAt(scene.shapes, field, draw.int(0, OPTIONS.length - 1));

/** All that a field has to choose from. */
export const optionsOf = (shapes: Shapes, field: FieldDef): readonly Option[] =>
  OPTIONS.map((_, place) => optionAt(shapes, field, place));

const options: CustomMaker = (scene, draw, field) => {
  const made = Array.from({ length: draw.int(1, 3) }, () => option(scene, draw, field));
  return made.filter((entry, n) => made.findIndex(({ id }) => id === entry.id) === n);
};
const cascading: CustomMaker = (scene, draw, field) => {
  const parent = option(scene, draw, field);
  return draw.chance(0.3) ? parent : { ...parent, child: option(scene, draw, field) };
};
const moment = (scene: Scene, draw: Draw): number =>
  (scene.site.table.created[scene.place] ?? 0) + Math.floor(draw.next() * 200) * DAY + draw.int(0, DAY - 1);
const user = (scene: Scene, draw: Draw): unknown =>
  scene.shapes.user(draw.int(0, scene.site.directory.people.length - 1));
const group = (scene: Scene, draw: Draw): unknown =>
  scene.shapes.group(draw.int(0, scene.site.directory.groups.length - 1));
const version = (scene: Scene, draw: Draw): unknown => {
  const project = scene.site.table.project[scene.place] ?? 0;
  return scene.shapes.version(project, draw.int(0, (scene.site.directory.projects[project]?.versions.length ?? 1) - 1));
};
const someOf =
  (make: (scene: Scene, draw: Draw) => unknown): CustomMaker =>
  (scene, draw) => {
    const made = Array.from({ length: draw.int(1, 3) }, () => make(scene, draw)).filter((value) => value !== null);
    return made.length === 0 ? null : made;
  };

/** By the last part of `schema.custom`. */
const BY_TYPE: Readonly<Record<string, CustomMaker>> = {
  textfield: (_, draw) => sentenceOf(draw),
  readonlyfield: (_, draw) => `IMP-${draw.int(1, 99_999)}`,
  textarea: (scene, draw) => richText(richDocument(draw, scene.site.directory.people, 4), scene.form),
  url: (_, draw) => `https://example.com/runbooks/${draw.int(1, 500)}?q=größe&x=1`,
  select: option,
  radiobuttons: option,
  multiselect: options,
  multicheckboxes: options,
  cascadingselect: cascading,
  userpicker: user,
  multiuserpicker: someOf(user),
  datepicker: (scene, draw) => jiraDate(moment(scene, draw)),
  datetime: (scene, draw) => jiraTime(moment(scene, draw)),
  labels: (_, draw) => labelsOf(draw),
  version,
  multiversion: someOf(version),
  grouppicker: group,
  multigrouppicker: someOf(group),
  project: (scene, draw) => scene.shapes.project(draw.int(0, scene.site.directory.projects.length - 1)),
  devsummarycf: () => '{}',
};

/** Fields that follow from what the issue is; never empty by chance. */
const BY_MEANING: Readonly<Record<string, (scene: Scene) => unknown>> = {
  'gh-lexo-rank': ({ place }) => `0|i${(FIRST_ISSUE_ID + place).toString(36).padStart(5, '0')}:`,
  'gh-sprint': (scene) => {
    const sprints = scene.site.sprintsOf(scene.place).flatMap((place) => scene.site.directory.sprints[place] ?? []);
    return sprints.length === 0 ? null : sprints.map(sprintValue);
  },
  'gh-epic-link': (scene) => {
    const { site, place } = scene;
    const parent = site.parentOf(place);
    return parent !== NONE && isEpic(scene, parent) ? site.keyAt(parent) : null;
  },
  'gh-epic-label': (scene) => (isEpic(scene, scene.place) ? fieldValue(scene, 'summary') : null),
  'vp-origin': () => null,
};

const isEpic = ({ site }: Scene, place: number): boolean =>
  (site.directory.issueTypes[site.table.type[place] ?? 0]?.hierarchyLevel ?? 0) > 0;

function sprintValue(sprint: Sprint): Record<string, unknown> {
  const iso = (at: number | undefined): string | undefined =>
    at === undefined ? undefined : new Date(at).toISOString();
  return {
    id: Number(sprint.id),
    name: sprint.name,
    state: sprint.state,
    boardId: Number(sprint.boardId),
    goal: sprint.goal ?? '',
    startDate: iso(sprint.start),
    endDate: iso(sprint.end),
    completeDate: iso(sprint.complete),
  };
}

/** A custom field's value with edits applied; null where the field is empty or belongs to another project. */
export function customValue(scene: Scene, field: FieldDef): unknown {
  const edits = scene.site.fieldEdits.get(scene.place);
  if (edits?.has(field.id) === true) return edited(edits.get(field.id), scene.form);
  const type = typeName(field);
  const known = BY_MEANING[type];
  if (known !== undefined) return known(scene);
  const { seed } = scene.site.options;
  const number = field.schema.customId ?? 0;
  const big = number === BIG_NUMBER_FIELD ? bigNumber(scene) : null;
  if (big !== null) return big;
  if (!isOfProject(scene, field) || hash(seed, SALT.custom, scene.place, number) % 3 === 0) return null;
  if (isLeftEmpty(scene, field, number)) return null;
  const draw = new Draw(seed, SALT.custom + 1, scene.place, number);
  return NUMBERS[type]?.(draw) ?? BY_TYPE[type]?.(scene, draw, field) ?? null;
}

/** The number field "Budget (€)": no changelog tells of it. */
const BIG_NUMBER_FIELD = 10_046;

/** On the share of issues that `bigNumbers` asks for: beyond 2^53 or beyond 64 bits; each is what a double holds. */
function bigNumber({ site: { options }, place }: Scene): number | null {
  if (options.bigNumbers === 0 || unit(options.seed, SALT.custom + 2, place) >= options.bigNumbers) return null;
  const any = hash(options.seed, SALT.custom + 3, place);
  return any % 2 === 0 ? 2 ** 53 + 2 * any : 2 ** 64 + 4096 * any;
}

/** Numbers are spared: a changelog tells of some. */
function isLeftEmpty({ site: { options }, place }: Scene, field: FieldDef, number: number): boolean {
  if (options.emptyFields === 0 || field.schema.type === 'number') return false;
  return unit(options.seed, SALT.custom + 4, place, number) < options.emptyFields;
}

const typeNames = new WeakMap<FieldDef, string>();

/** The last part of `schema.custom`; remembered, since every value of every issue asks. */
function typeName(field: FieldDef): string {
  let name = typeNames.get(field);
  if (name === undefined) {
    name = field.schema.custom?.split(':').at(-1) ?? '';
    typeNames.set(field, name);
  }
  return name;
}

/** Fields of team-managed projects name their project. */
function isOfProject(scene: Scene, field: FieldDef & { readonly projectId?: string }): boolean {
  const project = scene.site.directory.projects[scene.site.table.project[scene.place] ?? 0];
  return field.projectId === undefined || field.projectId === project?.id;
}
