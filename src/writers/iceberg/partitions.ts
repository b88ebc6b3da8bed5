/** Partition specs against a table's columns: what each transform makes of which type (spec: Partition Transforms). No I/O. */
import { ConnectorError } from '../../core/errors.js';
import { currentSchema, type TableMetadata } from './metadata.js';
import type { Field, Partition, PartitionField, PartitionSpec, PrimitiveType, Schema } from './model.js';
import { schemaFromJson } from './schema-json.js';

export type TransformName = 'identity' | 'void' | 'year' | 'month' | 'day' | 'hour' | 'bucket' | 'truncate';

/** A field of a spec together with the column it is made of. */
export interface BoundField extends PartitionField {
  readonly kind: TransformName;
  /** The number in `bucket[8]`; 0 where there is none. */
  readonly width: number;
  /** The way to the column: the names of structs around it, then its own. */
  readonly path: readonly string[];
  readonly source: PrimitiveType;
  /** The type of the partition's value. */
  readonly result: PrimitiveType;
}

export interface BoundSpec {
  readonly specId: number;
  readonly fields: readonly BoundField[];
}

/** The spec of a table that nobody has partitioned. */
export const UNPARTITIONED: PartitionSpec = { specId: 0, fields: [] };

interface Rule {
  readonly of: readonly PrimitiveType[];
  readonly result: PrimitiveType | 'source';
  readonly width: boolean;
}

const ANY: readonly PrimitiveType[] = ['string', 'boolean', 'int', 'long', 'float', 'double', 'date', 'timestamptz'];
const MOMENTS: readonly PrimitiveType[] = ['date', 'timestamptz'];

const RULES: Readonly<Record<TransformName, Rule>> = {
  identity: { of: ANY, result: 'source', width: false },
  void: { of: ANY, result: 'source', width: false },
  year: { of: MOMENTS, result: 'int', width: false },
  month: { of: MOMENTS, result: 'int', width: false },
  day: { of: MOMENTS, result: 'date', width: false },
  hour: { of: ['timestamptz'], result: 'int', width: false },
  bucket: { of: ['int', 'long', 'string', ...MOMENTS], result: 'int', width: true },
  truncate: { of: ['int', 'long', 'string'], result: 'source', width: true },
};

export const KNOWN_TRANSFORMS = Object.entries(RULES).map(([name, { width }]) => (width ? `${name}[n]` : name));

export function specsOf(metadata: TableMetadata): readonly PartitionSpec[] {
  return metadata['partition-specs'].map((spec) => ({
    specId: spec['spec-id'],
    fields: spec.fields.map((field) => ({
      id: field['field-id'],
      name: field.name,
      sourceId: field['source-id'] ?? null,
      transform: field.transform,
    })),
  }));
}

/** @throws ConnectorError kind `failed` when there is none of that id */
export function specOf(metadata: TableMetadata, specId: number): PartitionSpec {
  const spec = specsOf(metadata).find((one) => one.specId === specId);
  if (spec) return spec;
  throw new ConnectorError(
    'failed',
    `${metadata.location} has files of partition spec ${specId}, which is not among its specs. The table is damaged; nothing was changed.`,
  );
}

/**
 * The present schema first, then the others from new to old: an old spec may be of a column that was dropped since. Made when
 * they are asked for: a table without partitions needs none of them, and they may be many and wide.
 */
export function schemasOf(metadata: TableMetadata): Iterable<Schema> {
  return {
    *[Symbol.iterator]() {
      yield currentSchema(metadata);
      for (const json of metadata.schemas.toSorted((a, b) => b['schema-id'] - a['schema-id']))
        yield schemaFromJson(json);
    },
  };
}

/** @throws ConnectorError kind `failed` for a field that `unknownField` tells of */
export function bindSpec({ specId, fields }: PartitionSpec, schemas: Iterable<Schema>): BoundSpec {
  const bound = fields.map((field) => {
    const one = bindField(field, schemas);
    if (one) return one;
    throw new ConnectorError('failed', `Partition field ${field.name} (${field.transform}) is not known here.`);
  });
  return { specId, fields: bound };
}

/** The first field of a spec that we cannot write by. */
export function unknownField({ fields }: PartitionSpec, schemas: Iterable<Schema>): PartitionField | null {
  return fields.find((field) => bindField(field, schemas) === null) ?? null;
}

/** One text for each partition of a table. */
function partitionKey({ specId, values }: Partition): string {
  const texts = Array.from(values, ([id, value]) => [id, String(value)] as const).toSorted(([a], [b]) => a - b);
  return JSON.stringify([specId, texts]);
}

/** Files that hold rows of one partition, by its key. */
export function byPartition<T>(
  files: readonly T[],
  partitionOf: (file: T) => Partition,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const file of files) {
    const key = partitionKey(partitionOf(file));
    const group = groups.get(key);
    if (group) group.push(file);
    else groups.set(key, [file]);
  }
  return groups;
}

function bindField(field: PartitionField, schemas: Iterable<Schema>): BoundField | null {
  const [, word = '', digits = '0'] = /^([a-z]+)(?:\[(\d{1,9})\])?$/.exec(field.transform) ?? [];
  const width = Number(digits);
  if (!isTransform(word) || RULES[word].width !== width > 0) return null;
  const column = columnOf(field.sourceId, schemas);
  // What is always null needs no column, and may outlive it.
  if (word === 'void' && !column) return { ...field, kind: word, width, path: [], source: 'int', result: 'int' };
  const { of, result } = RULES[word];
  if (!column || !of.includes(column.type)) return null;
  const { path, type } = column;
  return { ...field, kind: word, width, path, source: type, result: result === 'source' ? type : result };
}

const isTransform = (word: string): word is TransformName => Object.hasOwn(RULES, word);

interface SourceColumn {
  readonly path: readonly string[];
  readonly type: PrimitiveType;
}

function columnOf(sourceId: number | null, schemas: Iterable<Schema>): SourceColumn | null {
  for (const { fields } of schemas) {
    const found = columnIn(fields, sourceId, []);
    if (found) return found;
  }
  return null;
}

function columnIn(fields: readonly Field[], id: number | null, above: readonly string[]): SourceColumn | null {
  for (const field of fields) {
    const { type } = field;
    const path = [...above, field.name];
    if (typeof type === 'string') {
      if (field.id === id) return { path, type };
    } else if (type.kind === 'struct') {
      const inner = columnIn(type.fields, id, path);
      if (inner) return inner;
    }
  }
  return null;
}
