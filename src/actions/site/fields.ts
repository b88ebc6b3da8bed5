/** The fields of issues, by id or name. */
import type { Json } from '../../contract/table.js';
import { own } from '../../core/json-path.js';
import { didYouMean } from '../../core/yaml-file.js';
import { BadValue, quoted } from '../values/bad-value.js';
import type { Site } from './site.js';

export interface Field {
  readonly id: string;
  readonly name: string;
  /** `string`, `array`, `option` and so on; null where the site does not say. */
  readonly type: string | null;
  /** Of an `array`. */
  readonly items: string | null;
  /** What makes a custom field what it is, such as `…:textarea`. */
  readonly custom: string | null;
}

/** An id is a place in a request: any other would put its value somewhere else. */
const ID = /^[A-Za-z][\w-]*$/;

export async function fieldsOf(site: Site): Promise<readonly Field[]> {
  const all = await site.once('/field');
  return Array.isArray(all) ? all.map(fieldOf).filter(({ id }) => ID.test(id)) : [];
}

export function fieldOf(record: Json): Field {
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  const schema = own(record, 'schema');
  const id = String(own(record, 'fieldId') ?? own(record, 'id') ?? own(record, 'key'));
  return {
    id,
    name: String(own(record, 'name')),
    // The list of Jira Cloud has no schema for it.
    type: id === 'parent' ? 'issuelink' : text(own(schema, 'type')),
    items: text(own(schema, 'items')),
    custom: text(own(schema, 'custom')),
  };
}

/** An id beats a name. @throws BadValue for none, or several of that name */
export function fieldCalled(fields: readonly Field[], wanted: string): Field {
  const byId = fields.find(({ id }) => id === wanted);
  if (byId) return byId;
  const named = fields.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  const [field] = named;
  if (field === undefined)
    throw new BadValue(
      `there is no field or input ${quoted(wanted)}.${didYouMean(
        wanted,
        fields.map(({ name }) => name),
      )}`,
    );
  if (named.length > 1)
    throw new BadValue(
      `${named.length} fields are called ${quoted(wanted)}: ${named.map(({ id }) => id).join(', ')}; give one of these ids`,
    );
  return field;
}
