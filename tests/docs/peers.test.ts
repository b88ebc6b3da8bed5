import { expect, test } from 'vitest';
import { readStreamFiles } from '../../src/app/settings/package-files.js';
import { likenessesOf, readPeers, tablesLike } from '../../src/app/settings/peers.js';
import { VIEWS } from '../../src/query/business-views/views-for-people.js';
import { loadRegistry } from '../../src/runtime/streams/load.js';

test('no team that comes from another connector is sent to a stream or view that is not there', () => {
  const known = new Set([...loadRegistry(readStreamFiles()).streams.keys(), ...VIEWS.map(({ name }) => name)]);
  const named = readPeers()
    .flatMap(likenessesOf)
    .flatMap(({ ours }) => ours);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

test('a list that is said to be whole has as many names as the connector has tables', () => {
  const counts = readPeers().map((peer) => [peer.connector, likenessesOf(peer).length, peer.tables_known ?? null]);
  expect(counts).toEqual([
    ['Airbyte source-jira', 56, 56],
    ['Estuary jira-native', 50, 50],
    ['Singer tap-jira', 13, 13],
    ['MeltanoLabs tap-jira', 10, 34],
    ['Qlik Jira Cloud', 9, 9],
    ['Fivetran Jira', 24, null],
  ]);
});

test('a table of a peer is found by its name, however it is spelled, and by a part of it', () => {
  expect(tablesLike('Issue Votes')).toEqual([
    { connector: 'Airbyte source-jira', table: 'issue_votes', ours: ['issue_votes'], because: null },
  ]);
  expect(tablesLike('customfieldsforissues')[0]?.ours).toEqual(['issue_field_value']);
  expect(tablesLike('avatars').map(({ because }) => because)).toContain('pictures say nothing about work');
  expect(tablesLike('vote').map(({ table }) => table)).toEqual(['issue_votes']);
  expect(tablesLike('no such thing')).toEqual([]);
});
