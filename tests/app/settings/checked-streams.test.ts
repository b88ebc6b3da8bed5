/** Stream files that the build has checked: a start neither checks them again nor believes in a check of other files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { checkedRegistry, checkedText } from '../../../src/app/settings/checked-streams.js';
import { readStreamFiles } from '../../../src/app/settings/package-files.js';
import { loadRegistry } from '../../../src/runtime/streams/load.js';

const root = join(import.meta.dirname, '..', '..', '..');
const files = readStreamFiles();
const folder = mkdtempSync(join(tmpdir(), 'checked-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function kept() {
  const place = join(folder, 'checked-streams.json');
  writeFileSync(place, checkedText(files, loadRegistry(files)));
  return pathToFileURL(place);
}

test('streams as the build kept them are, word for word, what their files say', () => {
  expect(checkedRegistry(files, kept())?.streams).toStrictEqual(loadRegistry(files).streams);
});

test('a stream file that was changed, added, renamed or taken away since the build is checked anew', () => {
  const place = kept();
  const [first, ...others] = files;
  const changed = { ...first, text: `${first?.text}\n` } as (typeof files)[number];
  const renamed = { ...first, file: 'streams/other.yaml' } as (typeof files)[number];
  for (const some of [[changed, ...others], [renamed, ...others], others, [...files, changed]])
    expect(checkedRegistry(some, place)).toBeNull();
  expect(checkedRegistry(files, pathToFileURL('/nowhere/checked-streams.json'))).toBeNull();
});

test('a build keeps what it has checked where the command line looks for it', () => {
  expect(checkedRegistry(files, pathToFileURL(join(root, 'dist', 'checked-streams.json')))).not.toBeNull();
});
