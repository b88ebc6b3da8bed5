/** Warehouses that cannot be written: one clear refusal before the first row, and no waiting. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { StorageError } from '../../src/core/files/file-io.js';
import { LocalLeaseFiles } from '../../src/core/lease/local-lease-files.js';
import { openWarehouse } from '../../src/writers/warehouse.js';
import { temporaryFolder } from './support/tables.js';

const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('a place that takes no folders', () => {
  test('a file where the warehouse should be is named, not reported as a mistake of ours', async () => {
    const file = join(await temporaryFolder(), 'taken');
    await writeFile(file, 'x');
    const refusal = await refusalOf(openWarehouse({ root: file, runId: 'run-1' }));
    expect(refusal).toBeInstanceOf(StorageError);
    expect(String(refusal)).toContain(`${file}: a file stands where a folder is expected`);
  });

  test('a file where the locks should be is named', async () => {
    const root = await temporaryFolder();
    await writeFile(join(root, '.locks'), 'x');
    const refusal = await refusalOf(LocalLeaseFiles.open(join(root, '.locks', 'acme.items')));
    expect(refusal).toBeInstanceOf(StorageError);
    expect(String(refusal)).toContain('a file stands where a folder is expected');
  });

  test.runIf(process.platform === 'linux')('a place where Node repeats mkdir for ever is refused at once', async () => {
    const refusal = await refusalOf(openWarehouse({ root: '/proc/no/such', runId: 'run-1' }));
    expect(refusal).toBeInstanceOf(StorageError);
    expect(String(refusal)).toContain('/proc/no');
  });

  test('many runs may make the same folders at the same moment', async () => {
    const root = join(await temporaryFolder(), 'a', 'b', 'c');
    const writers = await Promise.all([1, 2, 3, 4, 5].map((run) => openWarehouse({ root, runId: `run-${run}` })));
    for (const writer of writers) await writer.close();
    expect(writers).toHaveLength(5);
  });
});
