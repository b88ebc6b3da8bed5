/** A token that was made for the listed scopes must be enough for what the settings make of a run. */
import { expect, test } from 'vitest';
import { readStreamFiles } from '../../../src/app/settings/package-files.js';
import { loadRegistry } from '../../../src/runtime/streams/load.js';
import { scopesFor } from '../../../src/runtime/streams/scopes.js';

const registry = loadRegistry(readStreamFiles());

test('settings that name projects need the scope to look them up', () => {
  expect(scopesFor(registry, ['fields'])).toEqual(scopesFor(registry, ['fields', 'project_search']));
  const boards = scopesFor(registry, ['boards']);
  expect(scopesFor(registry, ['boards'], true)).toEqual(scopesFor(registry, ['boards', 'project_search']));
  expect(boards).toContain('read:project:jira');
});
