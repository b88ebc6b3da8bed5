/** A cell that was understood, as the request of an action carries it. */
import type { Json } from '../../contract/table.js';
import { own } from '../../core/json-path.js';
import { didYouMean } from '../../core/yaml-file.js';
import type { InputDecl } from '../registry/action-file.js';
import { personOf } from '../site/people.js';
import { listAt, type Site } from '../site/site.js';
import { BadValue, quoted } from '../values/bad-value.js';
import { estimateOf } from '../values/estimate.js';
import { internalOf } from '../values/internal.js';
import { type Markup, richText } from './rich-text.js';

/** Issues, projects, types and transitions are found beforehand: they need each other. @throws BadValue */
export async function inputValue(input: InputDecl, value: Json, site: Site, markup: Markup): Promise<Json> {
  if (value === null) return null;
  switch (input.type) {
    case 'rich_text':
      return richText(site.dialect, markup, value);
    case 'internal':
      return internalOf(value);
    case 'project':
      return { key: value };
    case 'estimate':
      return estimateOf(String(value));
    case 'issue':
      return input.as === 'key' ? { key: value } : value;
    case 'ids':
      return (value as readonly Json[]).map(Number);
    case 'link_type':
      return linkTypeOf(site, String(value));
    case 'user': {
      const person = await personOf(site, String(value));
      return input.as === 'id' ? ((Object.values(person ?? {})[0] as Json | undefined) ?? null) : person;
    }
    default:
      return value;
  }
}

/** By its name, or the words from the issue to the other. */
async function linkTypeOf(site: Site, wanted: string): Promise<Json> {
  const types = listAt(await site.once('/issueLinkType'), 'issueLinkTypes');
  const is = (type: Json, word: string) => String(own(type, word) ?? '').toLowerCase() === wanted.toLowerCase();
  const found = types.filter((type) => is(type, 'name') || own(type, 'id') === wanted);
  const meant = found.length > 0 ? found : types.filter((one) => is(one, 'outward'));
  const [type] = meant;
  if (type === undefined) {
    const names = types.map((one) => String(own(one, 'name')));
    throw new BadValue(
      `there is no type of link ${quoted(wanted)}.${didYouMean(wanted, names)} There are: ${names.join(', ')}`,
    );
  }
  if (meant.length > 1) {
    const names = meant.map((one) => String(own(one, 'name')));
    throw new BadValue(
      `${meant.length} types of links have the words ${quoted(wanted)}: ${names.join(', ')}; give one of these names`,
    );
  }
  return { name: String(own(type, 'name')) };
}
