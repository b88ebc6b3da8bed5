import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataFile } from '../iceberg/files.js';
import {
  append,
  fileCatalog,
  ITEMS,
  make,
  makeVersions,
  rawMetadata,
  setProperties,
  temporaryFolder,
} from './tables.js';

describe('names and places', () => {
  it.each([
    '../x',
    'a/b',
    '',
    'Items',
    '9lives',
    'a'.repeat(64),
    'a\0',
    '.',
    'CON',
    'a.b',
  ])('I10 refuses the name %j, which could become another path', async (name) => {
    const catalog = await fileCatalog(await temporaryFolder());
    expect(() => catalog.locationOf({ namespace: 'acme', name })).toThrow('cannot be a table name');
    await expect(catalog.load(name, 'items')).rejects.toThrow('cannot be a namespace name');
  });

  it('I10 refuses a table whose folder is a link out of the warehouse, and writes nothing there', async () => {
    const [root, outside] = [await temporaryFolder(), await temporaryFolder()];
    await mkdir(join(root, 'acme'));
    await symlink(outside, join(root, 'acme', 'items'));
    const catalog = await fileCatalog(root);
    await expect(catalog.load('acme', 'items')).rejects.toThrow('outside the warehouse');
    await expect(make(catalog, ITEMS, append(dataFile('/a')))).rejects.toThrow('outside the warehouse');
    await expect(readFile(join(outside, 'metadata'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('I10 removes no old version of another table, whatever the log of this one names', async () => {
    const root = await temporaryFolder();
    const version = await makeVersions(root, 2);
    const theirs = join(root, 'acme', 'others', 'metadata', 'v1.metadata.json');
    await mkdir(dirname(theirs), { recursive: true });
    await writeFile(theirs, 'theirs');
    const text = await readFile(version.metadataLocation, 'utf8');
    const named = text.replace('items/metadata/v1.metadata.json', 'items/../others/metadata/v1.metadata.json');
    expect(named).not.toBe(text);
    await writeFile(version.metadataLocation, named);
    const catalog = await fileCatalog(root);
    const newest = await catalog.load('acme', 'items');
    if (newest) await catalog.commit(newest, setProperties({ 'write.metadata.previous-versions-max': '1' }));
    const log = (await rawMetadata((await catalog.load('acme', 'items')) ?? version))['metadata-log'];
    expect(log, 'the forged entry has left the log').toMatchObject([{ 'metadata-file': version.metadataLocation }]);
    expect(await readFile(theirs, 'utf8')).toBe('theirs');
  });

  it('takes a warehouse named through a link for the folder itself, so that a table has one location', async () => {
    const [root, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
    const newest = await makeVersions(root, 1);
    await symlink(root, join(elsewhere, 'link'));
    expect(await (await fileCatalog(join(elsewhere, 'link'))).load('acme', 'items')).toEqual(newest);
  });

  it('says plainly that a file stands where the table should be', async () => {
    const root = await temporaryFolder();
    await mkdir(join(root, 'acme'));
    await writeFile(join(root, 'acme', 'items'), 'a file');
    const creating = make(await fileCatalog(root), ITEMS, append(dataFile('/a')));
    await expect(creating).rejects.toThrow('a file stands where a folder is expected');
  });
});
