/** Values of fields as callers send them, to values as the site keeps them; or the sentence that Jira refuses a value with. */

import { jiraTime } from '../clock.js';
import { optionsOf } from '../issues/custom-fields.js';
import type { Call, FieldDef } from '../model.js';
import { secondsOf } from './durations.js';
import { readRich } from './rich-input.js';
import { isObject, type WriteDesk } from './write-desk.js';

export interface FieldScene {
  readonly writes: WriteDesk;
  readonly call: Call;
  /** Place of the project. */
  readonly project: number;
}

/** Says why a value is not taken. */
export class BadValue extends Error {}

/** What an edit of the site sets: fields by the names that edits know. */
export type Edits = Readonly<Record<string, unknown>>;

type Reader = (scene: FieldScene, value: unknown, field: FieldDef) => unknown;

const required =
  (reader: Reader, message: string): Reader =>
  (scene, value, field) => {
    if (value === null || value === undefined) throw new BadValue(message);
    return reader(scene, value, field);
  };

const orNull =
  (reader: Reader): Reader =>
  (scene, value, field) =>
    value === null || value === undefined ? null : reader(scene, value, field);

const text =
  (most: number): Reader =>
  (_, value) => {
    if (typeof value !== 'string') throw new BadValue('Operation value must be a string');
    if (value.length > most)
      throw new BadValue(`The entered text is too long. It exceeds the allowed limit of ${most} characters.`);
    return value;
  };

const summary: Reader = (_, value) => {
  if (typeof value !== 'string') throw new BadValue('Operation value must be a string');
  if (value.trim() === '') throw new BadValue('You must specify a summary of the issue.');
  if (/[\r\n]/.test(value)) throw new BadValue('The summary is invalid because it contains newline characters.');
  if (value.length > 255) throw new BadValue('Summary must be less than 255 characters.');
  return value;
};

const rich: Reader = ({ call }, value) => {
  const document = readRich(call, value);
  if (typeof document === 'string') throw new BadValue(document);
  return document;
};

const number: Reader = (_, value) => {
  if (typeof value !== 'number') throw new BadValue('Operation value must be a number');
  return value;
};

const date: Reader = (_, value) => {
  const isDate = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));
  if (!isDate) throw new BadValue(`Error parsing date string: ${String(value)}`);
  return value;
};

const MOMENT = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3})([+-]\d{2}):?(\d{2})$/;

/** Epoch ms of the only form that Jira takes, undefined for any other. */
export function momentOf(value: unknown): number | undefined {
  const found = typeof value === 'string' ? MOMENT.exec(value) : null;
  const at = found === null ? Number.NaN : Date.parse(`${found[1]}${found[2]}:${found[3]}`);
  return Number.isNaN(at) ? undefined : at;
}

const moment: Reader = (_, value) => {
  const at = momentOf(value);
  if (at === undefined) throw new BadValue(`Error parsing time: ${String(value)}`);
  return jiraTime(at);
};

const labels: Reader = (_, value) => {
  if (!Array.isArray(value)) throw new BadValue('data was not an array');
  for (const label of value) {
    if (typeof label !== 'string') throw new BadValue('string expected at index 0');
    if (/\s/.test(label)) throw new BadValue(`The label '${label}' contains spaces which is invalid.`);
  }
  return [...new Set(value as string[])];
};

const list =
  (reader: Reader): Reader =>
  (scene, value, field) => {
    if (!Array.isArray(value)) throw new BadValue('data was not an array');
    return value.map((entry: unknown) => reader(scene, entry, field));
  };

const user: Reader = ({ writes, call }, value) => writes.desk.shapes(call).user(personPlace(writes, value));

function personPlace(writes: WriteDesk, value: unknown): number {
  const place = writes.person(value);
  const person = place === undefined ? undefined : writes.site.directory.people[place];
  if (place === undefined || person === undefined) throw new BadValue(`User ${JSON.stringify(value)} does not exist.`);
  if (!person.active) throw new BadValue(`User '${person.displayName}' cannot be assigned issues.`);
  return place;
}

const assignee: Reader = ({ writes }, value) => writes.site.directory.people[personPlace(writes, value)]?.accountId;

interface Listed {
  readonly id: string;
  readonly name: string;
}

/** Place of an entry by `{ id }` or `{ name }`. */
export function listedPlace(entries: readonly Listed[], value: unknown, noun: string): number {
  const { id, name } = isObject(value) ? value : {};
  const place = entries.findIndex((entry) => (id === undefined ? entry.name === name : entry.id === String(id)));
  if (place < 0) throw new BadValue(`${noun} ${id === undefined ? 'name' : 'id'} '${String(id ?? name)}' is not valid`);
  return place;
}

const priority: Reader = ({ writes }, value) => {
  const { priorities } = writes.site.directory;
  return priorities[listedPlace(priorities, value, 'Priority')]?.id;
};

const resolution: Reader = ({ writes, call }, value) =>
  writes.desk.shapes(call).resolution(listedPlace(writes.site.directory.resolutions, value, 'Resolution'));

const ofProject =
  (kind: 'version' | 'component'): Reader =>
  ({ writes, call, project }, value) => {
    const entries = writes.site.directory.projects[project]?.[`${kind}s`] ?? [];
    const noun = kind === 'version' ? 'Version' : 'Component';
    return writes.desk.shapes(call)[kind](project, listedPlace(entries, value, noun));
  };

const option: Reader = ({ writes, call }, value, field) => {
  const options = optionsOf(writes.desk.shapes(call), field);
  const { id, value: word } = isObject(value) ? value : {};
  const found = options.find((one) => (id === undefined ? one.value === word : one.id === String(id)));
  if (found === undefined)
    throw new BadValue(
      id === undefined ? `Option value '${String(word)}' is not valid` : `Option id '${String(id)}' is not valid`,
    );
  return found;
};

const cascading: Reader = (scene, value, field) => {
  const parent = option(scene, value, field) as object;
  const child = isObject(value) ? value.child : undefined;
  return child === undefined || child === null ? parent : { ...parent, child: option(scene, child, field) };
};

const group: Reader = ({ writes, call }, value) => {
  const { groups } = writes.site.directory;
  const place = groups.findIndex(
    ({ name, groupId }) => isObject(value) && (name === value.name || groupId === value.groupId),
  );
  if (place < 0) throw new BadValue(`Could not find group with name ${JSON.stringify(value)}.`);
  return writes.desk.shapes(call).group(place);
};

const project: Reader = ({ writes, call }, value) => {
  const { projects } = writes.site.directory;
  const place = projects.findIndex(({ id, key }) => isObject(value) && (id === String(value.id) || key === value.key));
  if (place < 0) throw new BadValue('Specify a valid project ID or key');
  return writes.desk.shapes(call).project(place);
};

/** Id of the parent. */
const parent: Reader = ({ writes }, value) => {
  const named = isObject(value) ? (value.id ?? value.key) : value;
  const place = writes.site.find(String(named));
  if (place === undefined) throw new BadValue('Could not find issue by id or key.');
  return writes.site.idOf(place);
};

const sprint: Reader = ({ writes }, value) => {
  if (typeof value !== 'number') throw new BadValue('Number value expected as the Sprint id.');
  const found = writes.site.directory.sprints.find(({ id }) => id === String(value));
  if (found === undefined) throw new BadValue(`Sprint with id ${value} does not exist.`);
  return found.id;
};

/** By the id of a system field, or the last part of `schema.custom`. */
const READERS: Readonly<Record<string, Reader>> = {
  summary: required(summary, 'You must specify a summary of the issue.'),
  priority: required(priority, 'The priority selected is invalid.'),
  description: orNull(rich),
  environment: orNull(rich),
  assignee: orNull(assignee),
  reporter: required(user, 'Reporter is required.'),
  resolution: required(resolution, 'Resolution is required.'),
  duedate: orNull(date),
  labels: (scene, value, field) => (value === null ? [] : labels(scene, value, field)),
  components: (scene, value, field) => list(ofProject('component'))(scene, value ?? [], field),
  versions: (scene, value, field) => list(ofProject('version'))(scene, value ?? [], field),
  fixVersions: (scene, value, field) => list(ofProject('version'))(scene, value ?? [], field),
  parent: orNull(parent),
  textfield: orNull(text(255)),
  textarea: orNull(rich),
  url: orNull(text(255)),
  float: orNull(number),
  'jsw-story-points': orNull(number),
  select: orNull(option),
  radiobuttons: orNull(option),
  multiselect: orNull(list(option)),
  multicheckboxes: orNull(list(option)),
  cascadingselect: orNull(cascading),
  userpicker: orNull(user),
  multiuserpicker: orNull(list(user)),
  datepicker: orNull(date),
  datetime: orNull(moment),
  version: orNull(ofProject('version')),
  multiversion: orNull(list(ofProject('version'))),
  grouppicker: orNull(group),
  multigrouppicker: orNull(list(group)),
  project: orNull(project),
  'gh-sprint': orNull(sprint),
  'gh-epic-link': orNull(parent),
  'gh-epic-label': orNull(text(255)),
};

/** What an edit calls it, where that is not its id. */
const EDIT_NAMES: Readonly<Record<string, string>> = { 'gh-sprint': 'sprint', 'gh-epic-link': 'parent' };

export const kindOf = (field: FieldDef): string => field.schema.custom?.split(':').at(-1) ?? field.id;
export const canBeSet = (field: FieldDef): boolean =>
  field.id === 'timetracking' || Object.hasOwn(READERS, kindOf(field));

/** Throws a BadValue. */
export function readField(scene: FieldScene, id: string, value: unknown): Edits {
  const field = fieldOfProject(scene, id);
  if (field === undefined || !canBeSet(field))
    throw new BadValue(`Field '${id}' cannot be set. It is not on the appropriate screen, or unknown.`);
  if (id === 'timetracking') return readEstimates(scene, value);
  const kind = kindOf(field);
  return { [EDIT_NAMES[kind] ?? id]: READERS[kind]?.(scene, value, field) };
}

/** Undefined for what the site or the project does not have. */
export function fieldOfProject({ writes, project: place }: FieldScene, id: string): FieldDef | undefined {
  const { fields, projects } = writes.site.directory;
  return fields.find((field) => field.id === id && (field.projectId ?? projects[place]?.id) === projects[place]?.id);
}

function readEstimates({ writes }: FieldScene, value: unknown): Edits {
  if (!writes.rules.timeTracking) throw new BadValue('Time tracking is currently disabled.');
  const { originalEstimate, remainingEstimate } = isObject(value) ? value : {};
  const planned = originalEstimate === undefined ? undefined : estimate(originalEstimate);
  const rest = remainingEstimate === undefined ? planned : estimate(remainingEstimate);
  return {
    ...(planned === undefined ? {} : { timeoriginalestimate: planned }),
    ...(rest === undefined ? {} : { timeestimate: rest }),
  };
}

function estimate(value: unknown): number {
  const seconds = secondsOf(value);
  if (seconds === undefined) throw new BadValue(`The value '${String(value)}' is not a valid duration.`);
  return seconds;
}
