/** One change of one field, as entries of a changelog list it. */

/** As Jira sends it; `fieldId` is absent for some fields, and `toString` really is a key. */
export type ChangeItem = Readonly<Record<string, string | null>>;

/** `field` as shown; system fields have a `fieldId`, links and parents have none. */
export function change(
  field: string,
  fieldId: string | null,
  from: readonly [string | null, string | null],
  to: readonly [string | null, string | null],
): ChangeItem {
  const isCustom = fieldId?.startsWith('customfield_') === true;
  const head = { field, fieldtype: isCustom ? 'custom' : 'jira', ...(fieldId === null ? {} : { fieldId }) };
  return { ...head, from: from[0], fromString: from[1], to: to[0], toString: to[1] };
}
