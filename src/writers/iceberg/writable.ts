/** Tables that others have made into something that is read here, but not written. */
import { ConnectorError } from '../../core/errors.js';
import type { TableMetadata } from './metadata.js';

/**
 * @param table its name as people know it
 * @throws ConnectorError kind `usage` for a table of format version 3, and for one with a partition field that counts
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
  const fields = metadata['partition-specs'].flatMap((spec) => spec.fields);
  const counted = fields.find(({ transform }) => transform !== 'void');
  return counted ? `partitioned (${counted.transform} of a column, as ${counted.name})` : null;
}
