/** A snapshot's summary: what it did, and the table's running totals (spec: Appendix F, optional snapshot summary fields). */

import { ENGINE } from '../../core/engine.js';
import type { DataFile, TableChange } from './model.js';
import { byPartition } from './partitions.js';

interface Counts {
  readonly dataFiles: number;
  readonly deleteFiles: number;
  readonly bytes: number;
  readonly records: number;
  readonly positionDeletes: number;
}

export interface SnapshotChange extends TableChange {
  readonly operation: NonNullable<TableChange['operation']>;
}

/**
 * @param parent summary of the snapshot before, null for a table's first. A total that the parent lacks (another tool's
 *   snapshot) cannot be continued and is left out.
 */
export function summarize(
  change: SnapshotChange,
  parent: Readonly<Record<string, string>> | null,
): Record<string, string> {
  const added = countFiles(change.add);
  const removed = countFiles(change.remove);
  return {
    operation: change.operation,
    'engine-name': ENGINE.name,
    'engine-version': ENGINE.version,
    ...nonZero({
      'added-data-files': added.dataFiles,
      'added-delete-files': added.deleteFiles,
      'added-position-delete-files': added.deleteFiles,
      'added-files-size': added.bytes,
      'added-records': added.records,
      'added-position-deletes': added.positionDeletes,
      'deleted-data-files': removed.dataFiles,
      'removed-delete-files': removed.deleteFiles,
      'removed-position-delete-files': removed.deleteFiles,
      'removed-files-size': removed.bytes,
      'deleted-records': removed.records,
      'removed-position-deletes': removed.positionDeletes,
    }),
    'changed-partition-count': String(
      byPartition([...change.add, ...change.remove], ({ partition }) => partition).size,
    ),
    ...continueTotals(parent, {
      'total-data-files': added.dataFiles - removed.dataFiles,
      'total-delete-files': added.deleteFiles - removed.deleteFiles,
      'total-records': added.records - removed.records,
      'total-files-size': added.bytes - removed.bytes,
      'total-position-deletes': added.positionDeletes - removed.positionDeletes,
      'total-equality-deletes': 0,
    }),
  };
}

function countFiles(files: readonly DataFile[]): Counts {
  const data = files.filter((file) => file.content === 'data');
  const deletes = files.filter((file) => file.content === 'position-deletes');
  return {
    dataFiles: data.length,
    deleteFiles: deletes.length,
    bytes: sum(files, (file) => file.bytes),
    records: sum(data, (file) => file.records),
    positionDeletes: sum(deletes, (file) => file.records),
  };
}

function sum(files: readonly DataFile[], of: (file: DataFile) => number): number {
  return files.reduce((total, file) => total + of(file), 0);
}

function nonZero(counts: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(counts)
      .filter(([, count]) => count !== 0)
      .map(([name, count]) => [name, String(count)]),
  );
}

function continueTotals(
  parent: Readonly<Record<string, string>> | null,
  differences: Readonly<Record<string, number>>,
): Record<string, string> {
  const totals: Record<string, string> = {};
  for (const [name, difference] of Object.entries(differences)) {
    const before = parent === null ? '0' : parent[name];
    if (before !== undefined) totals[name] = String(Number(before) + difference);
  }
  return totals;
}
