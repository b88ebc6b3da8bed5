/** Avro schemas of manifests and manifest lists (spec: Manifests, Manifest Lists; v2), with every field id. */
import type { Schema as AvroSchema } from 'avsc';

type AvroJson = Readonly<Record<string, unknown>>;

function required(name: string, id: number, type: unknown): AvroJson {
  return { name, type, 'field-id': id };
}

function optional(name: string, id: number, type: unknown): AvroJson {
  return { name, type: ['null', type], default: null, 'field-id': id };
}

/** A map with int keys. BigQuery finds these records by their names, `k<key id>_v<value id>`. */
function intMap(keyId: number, valueId: number, value: 'long' | 'bytes'): AvroJson {
  const fields = [required('key', keyId, 'int'), required('value', valueId, value)];
  return { type: 'array', logicalType: 'map', items: { type: 'record', name: `k${keyId}_v${valueId}`, fields } };
}

function list(elementId: number, items: unknown): AvroJson {
  return { type: 'array', items, 'element-id': elementId };
}

const dataFileFields = (partition: AvroJson): readonly AvroJson[] => [
  required('content', 134, 'int'),
  required('file_path', 100, 'string'),
  required('file_format', 101, 'string'),
  required('partition', 102, partition),
  required('record_count', 103, 'long'),
  required('file_size_in_bytes', 104, 'long'),
  optional('column_sizes', 108, intMap(117, 118, 'long')),
  optional('value_counts', 109, intMap(119, 120, 'long')),
  optional('null_value_counts', 110, intMap(121, 122, 'long')),
  optional('nan_value_counts', 137, intMap(138, 139, 'long')),
  optional('lower_bounds', 125, intMap(126, 127, 'bytes')),
  optional('upper_bounds', 128, intMap(129, 130, 'bytes')),
  optional('key_metadata', 131, 'bytes'),
  optional('split_offsets', 132, list(133, 'long')),
  optional('equality_ids', 135, list(136, 'int')),
  optional('sort_order_id', 140, 'int'),
  optional('referenced_data_file', 143, 'string'),
];

function manifestEntry(dataFileFields: readonly AvroJson[]): AvroSchema {
  const fields = [
    required('status', 0, 'int'),
    optional('snapshot_id', 1, 'long'),
    optional('sequence_number', 3, 'long'),
    optional('file_sequence_number', 4, 'long'),
    required('data_file', 2, { type: 'record', name: 'r2', fields: dataFileFields }),
  ];
  return { type: 'record', name: 'manifest_entry', fields } as unknown as AvroSchema;
}

/** @param partition the record of the manifest's spec */
export const manifestEntryWritten = (partition: AvroJson): AvroSchema => manifestEntry(dataFileFields(partition));

/** What is read of an entry. `equality_ids` are not: always null here, and pyiceberg declares them as long instead of int. */
export const manifestEntryRead = (partition: AvroJson): AvroSchema =>
  manifestEntry(dataFileFields(partition).filter((field) => field.name !== 'equality_ids'));

const FIELD_SUMMARY = {
  type: 'record',
  name: 'r508',
  fields: [
    required('contains_null', 509, 'boolean'),
    optional('contains_nan', 518, 'boolean'),
    optional('lower_bound', 510, 'bytes'),
    optional('upper_bound', 511, 'bytes'),
  ],
};

export const MANIFEST_FILE = {
  type: 'record',
  name: 'manifest_file',
  fields: [
    required('manifest_path', 500, 'string'),
    required('manifest_length', 501, 'long'),
    required('partition_spec_id', 502, 'int'),
    required('content', 517, 'int'),
    required('sequence_number', 515, 'long'),
    required('min_sequence_number', 516, 'long'),
    required('added_snapshot_id', 503, 'long'),
    required('added_files_count', 504, 'int'),
    required('existing_files_count', 505, 'int'),
    required('deleted_files_count', 506, 'int'),
    required('added_rows_count', 512, 'long'),
    required('existing_rows_count', 513, 'long'),
    required('deleted_rows_count', 514, 'long'),
    optional('partitions', 507, list(508, FIELD_SUMMARY)),
    optional('key_metadata', 519, 'bytes'),
  ],
} as unknown as AvroSchema;
