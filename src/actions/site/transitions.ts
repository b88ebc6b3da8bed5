/** The transition of an issue that a word means: its own name, else the status it leads to. */
import type { Json } from '../../contract/table.js';
import { isObject, own } from '../../core/json-path.js';
import { encodeSegment } from '../../http/url.js';
import { BadValue, quoted } from '../values/bad-value.js';
import { type ScreenField, screenFieldOf } from './create-meta.js';
import { listAt, type Site } from './site.js';

export interface Transition {
  readonly id: string;
  readonly name: string;
  readonly to: { readonly id: string; readonly name: string };
  /** Names of fields of its screen that it cannot do without, by id. */
  readonly needs: ReadonlyMap<string, string>;
  /** What its screen shows, and may be set with it. */
  readonly screen: readonly ScreenField[];
}

/** @throws BadValue for none, saying which there are, or several */
export async function transitionOf(site: Site, issueId: string, wanted: string): Promise<Transition> {
  const answer = await site.get(`/issue/${encodeSegment(issueId)}/transitions`, { expand: 'transitions.fields' });
  const all = listAt(answer, 'transitions').map(asTransition);
  const is = (name: string) => name.toLowerCase() === wanted.toLowerCase();
  const named = all.filter(({ id, name }) => is(name) || id === wanted);
  const found = named.length > 0 ? named : all.filter(({ to }) => is(to.name));
  const [transition] = found;
  const list = (some: readonly Transition[]) =>
    some.map(({ id, name, to }) => `${name} (${id}, to ${to.name})`).join(', ');
  if (transition === undefined)
    throw new BadValue(
      all.length === 0
        ? `the issue shows no transition to this account; it needs the permission Transition issues`
        : `there is no transition ${quoted(wanted)} from here; there are: ${list(all)}`,
    );
  if (found.length > 1)
    throw new BadValue(`${found.length} transitions are meant by ${quoted(wanted)}: ${list(found)}; give the id`);
  return transition;
}

function asTransition(record: Json): Transition {
  const fields = own(record, 'fields');
  const screen = Object.entries(isObject(fields) ? fields : {}).map(([id, field]) => screenFieldOf(field as Json, id));
  const needs = screen.filter(({ required }) => required).map(({ id, name }) => [id, name] as const);
  const to = own(record, 'to');
  return {
    id: String(own(record, 'id')),
    name: String(own(record, 'name')),
    to: { id: String(own(to, 'id')), name: String(own(to, 'name')) },
    needs: new Map(needs),
    screen,
  };
}
