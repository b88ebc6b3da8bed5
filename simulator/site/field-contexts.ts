/** Contexts of custom fields, and the options of those that have some. */

import type { FieldDef } from '../model.js';

export interface FieldContext {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly isGlobalContext: boolean;
  readonly isAnyIssueType: boolean;
}

export interface FieldOption {
  readonly id: string;
  readonly value: string;
  readonly disabled: boolean;
  /** The option of the first level that it belongs to. */
  readonly optionId?: string;
}

const PLATFORM = 'com.atlassian.jira.plugin.system.customfieldtypes:';
const WITH_OPTIONS = ['select', 'multiselect', 'radiobuttons', 'multicheckboxes', 'cascadingselect'];

/** Null: a system field, one that belongs to an app, or one of a team-managed project. Jira answers 404 for all of them. */
export function contextsOf({ schema, projectId }: FieldDef): readonly FieldContext[] | null {
  const { custom, customId = 0 } = schema;
  if (!custom?.startsWith(PLATFORM) || projectId !== undefined) return null;
  return Array.from({ length: 1 + (customId % 3) }, (_, place) => ({
    id: String(customId * 10 + place),
    name: place === 0 ? 'Standardkontext' : `Nur für Team ${place} 🧭`,
    description: place === 1 ? '' : `Context ${place}`,
    isGlobalContext: place === 0,
    isAnyIssueType: place !== 1,
  }));
}

export const hasOptions = ({ schema }: FieldDef): boolean =>
  WITH_OPTIONS.some((kind) => schema.custom === `${PLATFORM}${kind}`);

/** Of a cascading list, first the options of the first level, then those below the first of them. */
export function optionsOf(field: FieldDef, context: FieldContext): readonly FieldOption[] {
  if (!hasOptions(field)) return [];
  const count = 2 + (Number(context.id) % 4);
  const firsts = Array.from({ length: count }, (_, place) => option(context, place, `Wahl ${place + 1}`));
  const [parent] = firsts;
  if (!parent || !field.schema.custom?.endsWith('cascadingselect')) return firsts;
  const seconds = [0, 1].map((place) => option(context, count + place, `Ville ${place + 1}`, parent.id));
  return [...firsts, ...seconds];
}

function option(context: FieldContext, place: number, value: string, parent?: string): FieldOption {
  const plain = { id: String(Number(context.id) * 100 + place), value, disabled: place === 1 };
  return parent === undefined ? plain : { ...plain, optionId: parent };
}
