/** What other programs do to a table: a next version of its metadata, written past our own code. */
import { readFile, writeFile } from 'node:fs/promises';
import type { TableSpec } from '../../../src/contract/table.js';
import { versionLocation, versionOf } from '../../../src/writers/catalog/versions.js';
import { parseMetadata, serializeMetadata, type TableMetadata } from '../../../src/writers/iceberg/metadata.js';
import { toLocalPath } from '../../../src/writers/storage/local.js';
import { ITEMS, loadTable } from './tables.js';

/** Writes the table's next version, made out of its newest. */
export async function replaceMetadata(
  root: string,
  change: (metadata: TableMetadata) => TableMetadata,
  spec: TableSpec = ITEMS,
): Promise<void> {
  const { version } = await loadTable(root, spec);
  const { metadataLocation: location } = version;
  const metadata = change(parseMetadata(await readFile(toLocalPath(location)), location));
  const log = [...metadata['metadata-log'], { 'metadata-file': location, 'timestamp-ms': metadata['last-updated-ms'] }];
  const next = { ...metadata, 'metadata-log': log, 'last-updated-ms': metadata['last-updated-ms'] + 1 };
  const path = toLocalPath(versionLocation(version.location, (versionOf(location) ?? 0) + 1));
  await writeFile(path, serializeMetadata(next));
}

/** As `ALTER TABLE … REPLACE PARTITION FIELDS`: rows are to be split by these transforms of these columns from now on. */
export async function partitionBy(
  root: string,
  spec: TableSpec,
  fields: readonly (readonly [column: string, transform: string])[],
): Promise<void> {
  const { version } = await loadTable(root, spec);
  await replaceMetadata(
    root,
    (metadata) => {
      const specId = Math.max(...metadata['partition-specs'].map((one) => one['spec-id'])) + 1;
      const made = fields.map(([column, transform], index) => ({
        name: `${column}_${transform.replace(/\W/g, '_')}`,
        transform,
        'source-id': version.schema.fields.find(({ name }) => name === column)?.id,
        'field-id': 1000 + 10 * specId + index,
      }));
      const specs = [...metadata['partition-specs'], { 'spec-id': specId, fields: made }];
      return { ...metadata, 'partition-specs': specs, 'default-spec-id': specId, 'last-partition-id': 2000 };
    },
    spec,
  );
}
