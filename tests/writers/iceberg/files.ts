import type { DataFile, Partition } from '../../../src/writers/iceberg/model.js';

/** Of a table that nobody has partitioned. */
export const NO_PARTITION: Partition = { specId: 0, values: new Map() };

/** A data file as a commit names it; nothing of that name needs to exist for the table's own books. */
export function dataFile(location: string, records = 1): DataFile {
  return {
    content: 'data',
    location,
    partition: NO_PARTITION,
    records,
    bytes: 100 * records,
    columnSizes: new Map([[1, 40]]),
    valueCounts: new Map([[1, records]]),
    nullCounts: new Map([[1, 0]]),
    nanCounts: new Map(),
    lowerBounds: new Map([[1, Buffer.from('a')]]),
    upperBounds: new Map([[1, Buffer.from('z')]]),
    splitOffsets: [4],
    sortOrderId: 0,
    referencedDataFile: null,
  };
}

export function deleteFile(location: string, records = 1): DataFile {
  return { ...dataFile(location, records), content: 'position-deletes', sortOrderId: null, referencedDataFile: '/a' };
}
