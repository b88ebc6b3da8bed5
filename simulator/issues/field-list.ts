/** Changes to the list of custom fields, as administrators make them. Unknown ids throw a RangeError: a mistake in a test. */

import type { FieldDef } from '../model.js';

export class FieldList {
  constructor(private readonly fields: FieldDef[]) {}

  /** A field of the kind of another one; its id. It is empty on all issues that are not edited. */
  add(name: string, like: string): string {
    const { custom, schema } = this.get(like);
    const number = Math.max(...this.fields.map((field) => field.schema.customId ?? 0)) + 1;
    this.fields.push({ id: `customfield_${number}`, name, custom, schema: { ...schema, customId: number } });
    return `customfield_${number}`;
  }

  rename(id: string, name: string): void {
    this.replace({ ...this.get(id), name });
  }

  /** From now on its values are those of the other field's kind. */
  changeType(id: string, like: string): void {
    const field = this.get(id);
    this.replace({ ...field, schema: { ...this.get(like).schema, customId: field.schema.customId } });
  }

  /** Its values go with it. */
  remove(id: string): void {
    this.fields.splice(this.fields.indexOf(this.get(id)), 1);
  }

  private replace(field: FieldDef): void {
    this.fields.splice(this.fields.indexOf(this.get(field.id)), 1, field);
  }

  private get(id: string): FieldDef {
    const field = this.fields.find((one) => one.id === id);
    if (field === undefined) throw new RangeError(`the simulated site has no field ${id}`);
    return field;
  }
}
