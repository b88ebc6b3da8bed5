/** A cell as the value of a field of an issue, by what the site says the field is. */
import type { Json } from '../../contract/table.js';
import { isCalendarDay } from '../../core/calendar.js';
import { isObject } from '../../core/json-path.js';
import type { Field } from '../site/fields.js';
import { personOf } from '../site/people.js';
import type { Site } from '../site/site.js';
import { sprintOf } from '../site/sprints.js';
import { BadValue, quoted } from '../values/bad-value.js';
import { textIn } from '../values/cell.js';
import { jiraMoment } from '../values/instant.js';
import { labelOf, listOf } from '../values/lists.js';
import type { Markup } from './rich-text.js';
import { richText } from './rich-text.js';

type Make = (value: Json, site: Site, markup: Markup) => Json | Promise<Json>;

const named = (value: Json) => ({ name: String(value).trim() });

const number: Make = (value) => {
  const found = Number(String(value).trim());
  if (String(value).trim() === '' || !Number.isFinite(found))
    throw new BadValue(`expected a number, got ${quoted(value)}`);
  return found;
};

const day: Make = (value) => {
  if (!isCalendarDay(String(value))) throw new BadValue(`expected a day, YYYY-MM-DD, got ${quoted(value)}`);
  return String(value);
};

/** `Europe > Berlin`. */
const cascading: Make = (value): Json => {
  const [first = '', second] = String(value)
    .split('>')
    .map((part) => part.trim());
  return second === undefined ? { value: first } : { value: first, child: { value: second } };
};

const BY_TYPE: Readonly<Record<string, Make>> = {
  number,
  date: day,
  datetime: (value, { caller }) => jiraMoment(String(value), caller.timeZone),
  option: (value) => ({ value: String(value).trim() }),
  'option-with-child': cascading,
  user: (value, site) => personOf(site, String(value)),
  priority: named,
  resolution: named,
  version: named,
  component: named,
  group: named,
  issuetype: named,
  securitylevel: named,
  issuelink: (value) => ({ key: String(value).trim().toUpperCase() }),
};

const makerOf = (type: string | null) => (type !== null && Object.hasOwn(BY_TYPE, type) ? BY_TYPE[type] : undefined);

/** System fields with rich text; others say so by their kind. */
const RICH = new Set(['description', 'environment']);
export const isRich = ({ id, custom }: Pick<Field, 'id' | 'custom'>) =>
  RICH.has(id) || custom?.endsWith(':textarea') === true;

export interface FieldSetting {
  readonly site: Site;
  readonly markup: Markup;
  /** Those whose boards have the sprints that a name means. */
  readonly projects: readonly string[];
}

/** What has the form that Jira takes is sent as it is. @throws BadValue */
export async function fieldValue(field: Field, value: Json, { site, markup, projects }: FieldSetting): Promise<Json> {
  if (value === null) return null;
  if (isRich(field)) return richText(site.dialect, markup, value);
  if (field.custom?.endsWith(':gh-sprint')) return sprintOf(site, projects, textIn(value).trim());
  if (field.type === 'array') {
    const make = field.id === 'labels' ? labelOf : (makerOf(field.items) ?? ((one: Json) => one));
    return Promise.all(listOf(value).map((one) => (isObject(one) ? one : make(one, site, markup))));
  }
  if (isObject(value)) return value;
  return (makerOf(field.type) ?? ((one: Json) => one))(textIn(value), site, markup);
}
