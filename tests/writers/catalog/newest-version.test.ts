import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileCatalog, makeVersions, setProperties, temporaryFolder } from './tables.js';

describe('finding the newest version', () => {
  it('writes the hint without a newline, which DuckDB would take for part of the name', async () => {
    const root = await temporaryFolder();
    await makeVersions(root, 3);
    expect(await readFile(join(root, 'acme/items/metadata/version-hint.text'), 'latin1')).toBe('3');
  });

  it.each([
    ['late', '1'],
    ['beyond the newest', '77'],
    ['empty', ''],
    ['garbage', '\u0000../v9'],
    ['absurd', '999999999999999999999999'],
    ['with a newline', '2\n'],
  ])('survives a hint that is %s', async (_, text) => {
    const root = await temporaryFolder();
    const newest = await makeVersions(root, 12);
    await writeFile(join(root, 'acme/items/metadata/version-hint.text'), text);
    expect(await (await fileCatalog(root)).load('acme', 'items')).toEqual(newest);
  });

  it('survives a missing hint, and counts v10 after v9', async () => {
    const root = await temporaryFolder();
    const newest = await makeVersions(root, 10);
    await rm(join(root, 'acme/items/metadata/version-hint.text'));
    const catalog = await fileCatalog(root);
    expect(await catalog.load('acme', 'items')).toEqual(newest);
    await catalog.commit(newest, setProperties({}));
    expect(await readFile(join(root, 'acme/items/metadata/version-hint.text'), 'latin1')).toBe('11');
  });

  it('a commit stands although its hint cannot be written', async () => {
    const root = await temporaryFolder();
    const first = await makeVersions(root, 1);
    const hint = join(root, 'acme/items/metadata/version-hint.text');
    await rm(hint);
    await mkdir(hint);
    const second = await (await fileCatalog(root)).commit(first, setProperties({}));
    await rm(hint, { recursive: true });
    expect(await (await fileCatalog(root)).load('acme', 'items')).toEqual(second);
  });
});
