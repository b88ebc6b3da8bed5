/**
 * Which digests of a table can be believed. One does not say which columns went into it: those that a stream calls volatile, and
 * those of other programs, did not. When such a column is compared from now on, the digest of a row that has a value there is that
 * of a row without. Digests are then made anew under another field id, and files that have the former ones count as files without.
 */
import type { TableSpec } from '../../contract/table.js';
import type { Field, Schema } from '../iceberg/model.js';
import type { TableVersion } from '../iceberg/version.js';
import { columnsOfOthers, declaredColumns, isWithin, rangesOf } from './own-columns.js';
import { digestField } from './row-digest.js';

/** The generation of the newest digests, and ids of the columns that did not go into all of them: `1:4,7-9`. Default: `0:`. */
const DIGESTS = 'connector.digests';
const NONE = '0:';

interface Generation {
  readonly number: number;
  readonly isLeftOut: (id: number) => boolean;
}

/** The column of the newest digests in the files of this version. */
export const digestsOf = (version: TableVersion): Field => digestField(generationOf(version).number);

export interface Digests {
  /** The column of digests of what is stored that can be believed, and of what is written. */
  readonly digest: Field;
  /** Columns of other programs. */
  readonly others: readonly Field[];
  /** What the next version of the table has to say of its digests; nothing when the version before says so. */
  readonly properties: Readonly<Record<string, string>>;
}

/** @param schema of the next version */
export function digestsFor(spec: TableSpec, schema: Schema, version: TableVersion): Digests {
  const before = generationOf(version);
  const others = columnsOfOthers(schema, version, declaredColumns(spec));
  const volatile = new Set(spec.columns.filter((column) => column.volatile).map(({ name }) => name));
  const leftOut = [...schema.fields.filter(({ name }) => volatile.has(name)), ...others].map(({ id }) => id);
  const heeded = schema.fields.some(({ id }) => before.isLeftOut(id) && !leftOut.includes(id));
  const number = before.number + (heeded ? 1 : 0);
  const text = `${number}:${rangesOf(leftOut.toSorted((a, b) => a - b))}`;
  const same = spec.mode === 'append' || text === (version.properties[DIGESTS] ?? NONE);
  return { digest: digestField(number), others, properties: same ? {} : { [DIGESTS]: text } };
}

function generationOf({ properties }: TableVersion): Generation {
  const [number = '', leftOut = ''] = (properties[DIGESTS] ?? NONE).split(':');
  const found = Number(number);
  // Another program may have written the note: a number too large to add one to would stay for ever.
  return { number: Number.isSafeInteger(found) && found >= 0 ? found : 0, isLeftOut: isWithin(leftOut) };
}
