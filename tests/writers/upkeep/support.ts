/** What the tests of upkeep share: tables that need it, and proof that nothing a reader can reach was lost. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { TableSpec } from '../../../src/contract/table.js';
import { filesOf } from '../../../src/writers/iceberg/manifest-files.js';
import { reachedBy } from '../../../src/writers/iceberg/reach.js';
import { toLocalPath } from '../../../src/writers/storage/local.js';
import { maintainTable } from '../../../src/writers/upkeep/maintain.js';
import type { StepReport } from '../../../src/writers/upkeep/report.js';
import { IcebergTableWriter } from '../../../src/writers/write/table-writer.js';
import type { Workbench } from '../../../src/writers/write/workbench.js';
import { openWorkbench } from '../../../src/writers/write/workbench.js';
import { batch, ITEMS, item, loadTable, storedRows } from '../support/tables.js';

export const TABLE = { namespace: 'acme', name: 'items' };
const DAY = 86_400_000;

export const later = (days: number) => () => Date.now() + days * DAY;

export async function benchFor(root: string, now?: () => number): Promise<Workbench> {
  const bench = await openWorkbench({ root }, { runId: 'maintain', now });
  onTestFinished(() => bench.close());
  return bench;
}

/** All steps with the usual rules, unless said otherwise. */
export async function maintained(
  root: string,
  { days = 5, snapshots = 10, dryRun = false, now }: Partial<Rules> = {},
): Promise<readonly StepReport[]> {
  const steps: StepReport[] = [];
  const options = { retention: { days, snapshots }, orphanAgeMs: 3 * DAY, dryRun, neighbours: [] };
  await maintainTable(await benchFor(root, now), TABLE, options, (step) => steps.push(step));
  return steps;
}

interface Rules {
  readonly days: number;
  readonly snapshots: number;
  readonly dryRun: boolean;
  readonly now: () => number;
}

/** Four files of 50 rows, then `changes` commits that each replace five rows and mark one: position deletes over all files. */
export async function wornTable(root: string, changes: number, spec: TableSpec = ITEMS): Promise<void> {
  const { catalog, duck, folder } = await benchFor(root);
  const lease = { verify: async () => undefined, release: async () => undefined };
  // Without the upkeep that a warehouse's own tables get when they are closed: it would spoil what is made here.
  const bench = { catalog, duck, now: Date.now, folder: async () => join(await folder(), 'worn') };
  const table = new IcebergTableWriter(bench, spec, lease, null);
  let number = 0;
  for (; number < 4; number += 1) {
    await table.write(
      Array.from({ length: 50 }, (_, index) => item(key(number * 50 + index), 0, { tags: ['é', null] })),
    );
    await table.commit(batch(number + 1, { at: number + 1 }, 'worn'));
  }
  for (let change = 0; change < changes; change += 1, number += 1) {
    await table.write([0, 1, 2, 3, 4].map((index) => item(key((change * 7 + index * 40) % 200), change + 1)));
    const marked = key((change * 11 + 5) % 200);
    table.mark({ reason: 'vanished', where: { column: 'id', in: [marked] }, exceptBatch: true });
    await table.commit(batch(number + 1, { at: number + 1 }, 'worn'));
  }
  await table.close();
}

export const key = (number: number) => `key-${String(number).padStart(4, '0')}`;

/** One value for all stored rows with all their cells, marked ones too. */
export async function contents(root: string, spec: TableSpec = ITEMS): Promise<string> {
  return createHash('sha256')
    .update(JSON.stringify(await storedRows(root, spec)))
    .digest('hex');
}

/** Files that some snapshot of the newest version needs and that are not there. */
export async function missingFiles(root: string, spec: TableSpec = ITEMS): Promise<readonly string[]> {
  const { catalog, version } = await loadTable(root, spec);
  const metadata = version.metadata;
  const needed = await reachedBy(catalog.storageOf(), metadata.snapshots);
  return [...needed].filter((location) => !existsSync(toLocalPath(location)));
}

/** Files of one snapshot of the newest version: what time travel reads. */
export async function filesAt(root: string, snapshotId: bigint) {
  const { catalog, version } = await loadTable(root);
  return filesOf(catalog.storageOf(), { ...version.metadata, 'current-snapshot-id': snapshotId });
}

export async function snapshotsOf(root: string) {
  const { version } = await loadTable(root);
  return version.metadata.snapshots;
}

/** Every file in the table's folder, by its path there. */
export async function folderOf(root: string): Promise<string[]> {
  const folder = join(root, 'acme', 'items');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
