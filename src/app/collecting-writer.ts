/** A writer that keeps nothing but the rows that come: what a preview reads into. */
import type { Committed, Row, TableWriter, Writer } from '../contract/table.js';

export function collectingWriter(keep: (rows: readonly Row[]) => void): Writer {
  return { open: async () => collectingTable(keep), has: async () => false, close: async () => undefined };
}

function collectingTable(keep: (rows: readonly Row[]) => void): TableWriter {
  let pending = 0;
  const nothing: Committed = {
    snapshotId: null,
    written: 0,
    unchanged: 0,
    duplicate: 0,
    deleted: 0,
    late: 0,
    metadataLocation: '',
  };
  return {
    state: null,
    currentSnapshotId: null,
    conflicts: [],
    async write(rows) {
      pending += rows.length;
      keep(rows);
      return [];
    },
    full: false,
    mark: () => undefined,
    // Nothing is kept, so nothing can be missing: a census must not make the run ask for it again.
    async compare(_column, _group, { keys }) {
      return { live: keys.length, onlyInTable: [], onlyInList: [], regrouped: [], groups: [] };
    },
    rows: async () => [],
    live: async () => 0,
    latest: async () => null,
    get pending() {
      return pending;
    },
    async commit() {
      const written = pending;
      pending = 0;
      return { ...nothing, written };
    },
    async discard() {
      pending = 0;
    },
    close: async () => undefined,
  };
}
