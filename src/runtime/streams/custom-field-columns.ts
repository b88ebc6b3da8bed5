/**
 * One custom field of a site -> its typed columns, by what the site says of the field (`schema` of GET /rest/api/3/field).
 * A value that does not fit its column is kept in `_extra`, so a kind of field that is not known here costs comfort, not data.
 */
import type { ColumnDecl } from './stream-file.js';

/** A field as a site lists it; absent parts of its schema are null. */
export interface SiteField {
  readonly id: string;
  readonly name: string;
  readonly custom: boolean;
  /** Type of the value, such as number, option or array. */
  readonly type: string | null;
  /** Type of the elements of an array. */
  readonly items: string | null;
  /** The kind of custom field: the last part of `schema.custom`, such as textarea or gh-sprint. */
  readonly kind: string | null;
}

type Columns = Readonly<Record<string, ColumnDecl>>;
type Members = NonNullable<ColumnDecl['members']>;
type Shape = Pick<ColumnDecl, 'type' | 'members' | 'texts'>;

/** Ids as sites give them; anything else stays in `_extra`. */
const CUSTOM_ID = /^customfield_[0-9]{1,20}$/;
const LONGEST_NAME = 255;

const NAMED: Members = { id: { type: 'id', about: 'Id.' }, name: { type: 'string', about: 'Name.' } };
const KEYED: Members = { ...NAMED, key: { type: 'string', about: 'Key.' } };
const OPTION: Members = { id: { type: 'id', about: 'Option id.' }, value: { type: 'string', about: 'Option.' } };
const PERSON: Members = {
  id: { type: 'string', from: ['accountId', 'key', 'name'], about: "Account id (Data Center, the user's key)." },
  name: { type: 'string', from: 'displayName', about: 'Display name.' },
};

/** Types of values and of the elements of arrays that become structs. */
const STRUCTS: Readonly<Record<string, Members>> = {
  option: OPTION,
  'option-with-child': {
    ...OPTION,
    child_id: { type: 'id', from: 'child.id', about: 'Id of the option below it.' },
    child_value: { type: 'string', from: 'child.value', about: 'The option below it.' },
  },
  user: PERSON,
  group: { ...NAMED, id: { type: 'id', from: 'groupId', about: 'Group id; null on Data Center.' } },
  project: KEYED,
  version: NAMED,
  component: NAMED,
  priority: NAMED,
  resolution: NAMED,
  status: NAMED,
  issuetype: NAMED,
  securitylevel: NAMED,
  team: NAMED,
};

const SPRINTS: Shape = {
  type: 'list<struct>',
  texts: 'sprint',
  members: {
    ...NAMED,
    state: { type: 'string', about: 'future, active or closed.' },
    board_id: { type: 'id', from: 'boardId', about: 'Board of the sprint.' },
    start_date: { type: 'timestamptz', from: 'startDate', about: 'Start.' },
    end_date: { type: 'timestamptz', from: 'endDate', about: 'Planned end.' },
    complete_date: { type: 'timestamptz', from: 'completeDate', about: 'When it was closed.' },
    goal: { type: 'string', about: 'Goal.' },
  },
};

const SCALARS: Readonly<Record<string, ColumnDecl['type']>> = {
  number: 'double',
  string: 'string',
  date: 'date',
  datetime: 'timestamptz',
  boolean: 'boolean',
};

/** Fields of type `any` whose values are text. */
const TEXT_KINDS = new Set(['gh-epic-link', 'gh-lexo-rank', 'devsummarycf']);

/** @param at where a record holds the values of its fields. @returns nothing for system fields and odd ids. */
export function customFieldColumns(field: SiteField, at: string): Columns {
  const { id, type, kind } = field;
  if (!field.custom || !CUSTOM_ID.test(id)) return {};
  const from = `${at}.${id}`;
  const about = shortened(field.name) || id;
  if (type === 'user') {
    const { id: person, name } = PERSON as Required<typeof PERSON>;
    const inside = (paths: string | readonly string[] | undefined) =>
      [paths ?? []].flat().map((path) => `${from}.${path}`);
    return {
      [`${id}_id`]: { type: 'string', from: inside(person?.from), about: `${about} (account id)` },
      [`${id}_name`]: { type: 'string', from: inside(name?.from), about: `${about} (name)` },
    };
  }
  if (type === 'string' && kind === 'textarea')
    return {
      [id]: { type: 'json', from, about },
      [`${id}_text`]: { type: 'string', from, as: 'text', about: `${about} (plain text)` },
    };
  return { [id]: { ...shapeOf(field), from, about } };
}

function shapeOf({ type, items, kind }: SiteField): Shape {
  if (type === 'array') return listOf(items ?? '', kind);
  if (type === 'any' && kind !== null && TEXT_KINDS.has(kind)) return { type: 'string' };
  const members = structOf(type);
  return members ? { type: 'struct', members } : { type: SCALARS[type ?? ''] ?? 'json' };
}

function listOf(items: string, kind: string | null): Shape {
  // Cloud calls the elements json, Data Center string.
  if (kind === 'gh-sprint') return SPRINTS;
  if (items === 'string') return { type: 'list<string>' };
  const members = structOf(items);
  return members ? { type: 'list<struct>', members } : { type: 'json' };
}

const structOf = (type: string | null) => (type !== null && Object.hasOwn(STRUCTS, type) ? STRUCTS[type] : undefined);

/** Cut between characters, never inside one. */
function shortened(name: string): string {
  const characters = [...name];
  return characters.length <= LONGEST_NAME ? name : `${characters.slice(0, LONGEST_NAME - 1).join('')}…`;
}
