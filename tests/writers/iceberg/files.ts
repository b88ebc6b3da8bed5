import type { DataFile } from '../../../src/writers/iceberg/model.js';

/** A data file as a commit names it; nothing of that name needs to exist for the table's own books. */
export function dataFile(location: string, records = 1): DataFile {
  return {
    content: 'data',
    location,
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
