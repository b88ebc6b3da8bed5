/** Tables that others have made into something that is read here, but not written. */
import { ConnectorError } from '../../core/errors.js';
import { currentSchema, type TableMetadata } from './metadata.js';
import { KNOWN_TRANSFORMS, schemasOf, specsOf, unknownField } from './partitions.js';

/**
 * @param table its name as people know it
 * @throws ConnectorError kind `usage` for a table of format version 3, and for one with a partition field that is not known here
 */
export function refuseUnwritable(table: string, metadata: TableMetadata): void {
  const why = unwritable(metadata);
  if (why === null) return;
  throw new ConnectorError(
    'usage',
    `Table ${table} is ${why}, which is read here (\`query\`) but not written; another program made it so. Nothing was changed. ` +
      'What works: a new table by a full read, under another connection name in sync.yaml or after this table was moved away.',
  );
}

function unwritable(metadata: TableMetadata): string | null {
  if (metadata['format-version'] !== 2) return `of Iceberg format version ${metadata['format-version']}`;
  // New rows are split by columns that they have; files of older specs only need the types of theirs.
  const [present, all] = [[currentSchema(metadata)], schemasOf(metadata)];
  for (const spec of specsOf(metadata)) {
    const unknown = unknownField(spec, spec.specId === metadata['default-spec-id'] ? present : all);
    if (unknown)
      return `partitioned by a field that is not known here (${unknown.name}: ${unknown.transform}; known are ${KNOWN_TRANSFORMS.join(', ')}, each of columns of a type it is made for)`;
  }
  return null;
}
