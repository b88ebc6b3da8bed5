import { readFile, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataFile } from '../iceberg/files.js';
import { append, fileCatalog, makeVersions, metadataFiles, rawMetadata, temporaryFolder } from './tables.js';

describe('damaged tables', () => {
  it('truncated metadata is an error at every length, never an older version', async () => {
    const root = await temporaryFolder();
    const newest = await makeVersions(root, 2);
    const whole = await readFile(newest.metadataLocation);
    const catalog = await fileCatalog(root);
    const shorter = (length: number) => (length === 0 ? -1 : Math.max(0, Math.floor(length / 1.2) - 1));
    for (let length = whole.length - 1; length >= 0; length = shorter(length)) {
      await truncate(newest.metadataLocation, length);
      await expect(catalog.load('acme', 'items')).rejects.toThrow(`v2.metadata.json cannot be used as table metadata`);
    }
    expect((await readFile(newest.metadataLocation)).length).toBe(0);
  });

  it.each([
    ['format-version', 1, '2'],
    ['current-schema-id', 9, 'current schema 9 is not among its schemas'],
    ['current-snapshot-id', 9, 'current snapshot 9 is not among its snapshots'],
    ['table-uuid', undefined, 'table-uuid'],
    ['partition-specs', [{ 'spec-id': 0, fields: [{}] }], 'partition-specs'],
    ['location', '/elsewhere', 'was made for /elsewhere'],
  ])('%s = %j is refused with a word about it', async (key, value, message) => {
    const root = await temporaryFolder();
    const version = await makeVersions(root, 1);
    await writeFile(version.metadataLocation, JSON.stringify({ ...(await rawMetadata(version)), [key]: value }));
    const loading = (await fileCatalog(root)).load('acme', 'items');
    await expect(loading).rejects.toMatchObject({ kind: 'failed', message: expect.stringContaining(message) });
  });

  it('a missing or cut manifest is named, and not taken for an empty table', async () => {
    const root = await temporaryFolder();
    const version = await makeVersions(root, 1);
    const catalog = await fileCatalog(root);
    const files = await metadataFiles(root);
    for (const name of files.filter((file) => file.endsWith('.avro'))) {
      const path = join(root, 'acme/items/metadata', name);
      await rename(path, `${path}.aside`);
      await expect(catalog.files(version)).rejects.toThrow(`${name} is missing`);
      const whole = await readFile(`${path}.aside`);
      for (let length = 0; length < whole.length; length += 1 + Math.floor(whole.length / 50)) {
        await writeFile(path, whole.subarray(0, length));
        await expect(catalog.files(version)).rejects.toMatchObject({ kind: 'failed' });
      }
      await rename(`${path}.aside`, path);
    }
    expect((await catalog.files(version)).data).toHaveLength(1);
  });

  it('keeps 63-bit snapshot ids and unknown keys of another writer digit by digit', async () => {
    const root = await temporaryFolder();
    const version = await makeVersions(root, 1);
    const id = '9223372036854775807';
    const text = (await readFile(version.metadataLocation, 'utf8'))
      .replaceAll(version.currentSnapshotId ?? '', id)
      .replace('{', `{"statistics": [{"snapshot-id": ${id}}],`);
    await writeFile(version.metadataLocation, text.replaceAll(`snap-${id}`, `snap-${version.currentSnapshotId}`));
    const catalog = await fileCatalog(root);
    const loaded = await catalog.load('acme', 'items');
    expect(loaded?.currentSnapshotId).toBe(id);
    const next = loaded && (await catalog.commit(loaded, append(dataFile('/b'))));
    expect(next?.history.map(({ snapshotId }) => snapshotId)).toContain(id);
    const written = await readFile(next?.metadataLocation ?? '', 'utf8');
    expect(written).toMatch(new RegExp(`"statistics": \\[\\s*\\{\\s*"snapshot-id": ${id}\\s`));
    expect(written).toMatch(new RegExp(`"parent-snapshot-id": ${id}\\b`));
  });
});
