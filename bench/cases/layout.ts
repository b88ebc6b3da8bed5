/** How a first whole read leaves its tables: files of each, and how many a reader opens for the rows of one issue. */
import { REAL_SITE } from '../../simulator/site/options.js';
import { openCatalog } from '../../src/writers/catalog/open-catalog.js';
import { decodeBound } from '../../src/writers/iceberg/bounds.js';
import { filesOf } from '../../src/writers/iceberg/manifest-files.js';
import type { LiveFile } from '../../src/writers/iceberg/model.js';
import type { TableVersion } from '../../src/writers/iceberg/version.js';
import { startSite } from '../site.js';
import type { Figure } from '../table.js';
import { withWarehouse } from '../warehouse.js';

const ISSUES = 5000;
/** The column that names an issue. */
const TABLES = {
  issue_search: 'id',
  issue_comments: 'issue_id',
  issue_worklog: 'issue_id',
  issue_changelog: 'issue_id',
};
const FULL = 64 * 1024 * 1024;

export async function layout(): Promise<readonly Figure[]> {
  const site = await startSite({ ...REAL_SITE, issues: ISSUES, fixedClock: true });
  try {
    return await withWarehouse(async (warehouse) => {
      const { errors } = await warehouse.syncInChild({ address: site.address, streams: Object.keys(TABLES) });
      const some = String(await warehouse.value('SELECT id FROM issue_search ORDER BY hash(id) LIMIT 1'));
      const { catalog } = await openCatalog({ root: warehouse.root });
      const figures: Figure[] = [];
      for (const table of await catalog.list()) {
        const column = Object.entries(TABLES).find(([name]) => name === table.name)?.[1];
        const version = column === undefined ? null : await catalog.load(table.namespace, table.name);
        if (!version || column === undefined) continue;
        const at = async (snapshot: string | undefined) => dataOf(catalog.storageOf(version), version, snapshot);
        // The files were put in order by the newest snapshot, where that was needed.
        const [newest, before] = version.history;
        const former = newest?.summary.operation === 'replace' ? await at(before?.snapshotId) : null;
        figures.push(figureOf(version, column, some, await at(newest?.snapshotId), former, errors[0]));
      }
      return figures;
    });
  } finally {
    site.close();
  }
}

async function dataOf(io: Parameters<typeof filesOf>[0], { metadata }: TableVersion, snapshot = '-1') {
  const files = await filesOf(io, { ...metadata, 'current-snapshot-id': BigInt(snapshot) });
  return files.filter(({ content }) => content === 'data');
}

function figureOf(
  version: TableVersion,
  column: string,
  issue: string,
  files: readonly LiveFile[],
  former: readonly LiveFile[] | null,
  problem: string | undefined,
): Figure {
  const id = version.schema.fields.find(({ name }) => name === column)?.id ?? 0;
  const text = (all: readonly LiveFile[]) => {
    const bytes = all.reduce((sum, file) => sum + file.bytes, 0);
    return `${all.length} files of ${(bytes / 1_000_000).toFixed(0)} MB, ${openedBy(all, id, issue)} opened`;
  };
  return {
    name: `${version.name}, ${column} = ${issue}`,
    value: text(files),
    limit: '1 file, or 64 MB each; 1 opened',
    floor: former ? `before they were put in order: ${text(former)}` : 'one commit, one file',
    ok: (files.length === 1 || files.every(({ bytes }) => bytes >= FULL)) && openedBy(files, id, issue) === 1,
    problem,
  };
}

/** By the bounds that manifests state, as every reader plans. */
function openedBy(files: readonly LiveFile[], id: number, value: string): number {
  const bound = (bytes: Uint8Array | undefined) => String(decodeBound('string', bytes ?? new Uint8Array()));
  return files.filter((file) => bound(file.lowerBounds.get(id)) <= value && value <= bound(file.upperBounds.get(id)))
    .length;
}
