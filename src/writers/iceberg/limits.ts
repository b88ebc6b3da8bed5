/** When upkeep pays, and how much of history stays: every threshold in one place. */

const MB = 1024 * 1024;
export const DAY_MS = 86_400_000;

export const LIMITS = {
  /** Rows that delete files have ended, as a share of the rows in data files: beyond it every scan reads too much. */
  deadShare: 0.1,
  /** Delete files of one snapshot, and for each of its data files: whoever reads a data file opens those about it. */
  deleteFiles: 20,
  deleteFilesOfOne: 5,
  /** Bytes of a file, unless the table says otherwise; one of less than half is small. */
  targetFile: 128 * MB,
  /** Written anew, rows are cut into files of at least this share of the target: what comes out may differ by a third. */
  leastShare: 0.75,
  /** Readers count the opening of a file as reading so many bytes (Iceberg's `read.split.open-file-cost`). */
  openFile: 4 * MB,
  /** Rows are put in order within so many bytes of neighbouring files: each range of keys reads all that may hold one. */
  group: 1024 * MB,
  /** Bytes in memory of rows that are sorted: with room beside, as sorting takes two to three times as much. */
  sortable: 32 * MB,
  /** Manifests of one kind in one snapshot: with more, the commit that comes packs them. */
  manifests: 100,
  /** Packing is worth a snapshot of its own from this many small manifests on. */
  packedManifests: 20,
  /** Manifests of this size are not packed with others. */
  fullManifest: 8 * MB,
  /** Values in one manifest: half of what is read of one (`avro-check.ts`). */
  manifestValues: 5_000_000,
  /** A table up to this size is compacted by the run that writes it: that takes seconds. */
  smallTable: 64 * MB,
  /** With more snapshots, the run that writes the table drops old ones: each is part of every metadata file. */
  snapshots: 200,
  /** And at least so many must be old enough to go: each expiry reads what all that stay refer to. */
  expiredAtOnce: 100,
} as const;

/** Whether the delete files of a snapshot are more than scans should have to open. */
export function hasManyDeletes(deleteFiles: number, dataFiles: number): boolean {
  return deleteFiles > Math.max(LIMITS.deleteFiles, LIMITS.deleteFilesOfOne * dataFiles);
}

/** Whether opening so many files more than are needed costs readers as much as reading a full one. */
export function isCostly(files: number, target: number): boolean {
  return files * LIMITS.openFile >= target / 2;
}

/** What of the history stays unless asked otherwise. */
export const RETENTION = { days: 5, snapshots: 10 } as const;

/** Files that nothing refers to may belong to a commit under way; nobody works on one for days. */
export const ORPHAN_AGE_HOURS = 72;
