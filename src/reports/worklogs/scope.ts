/** Names that people give (persons, groups, projects, issues, connections) as the ids that tables have. */
import { ConnectorError } from '../../core/errors.js';
import { literal } from '../../core/quote.js';
import { didYouMean } from '../../core/yaml-file.js';
import { type Row, type Sources, valueRows } from '../sources.js';
import type { Pair, Scope } from './asked.js';

export interface ScopeAsked {
  readonly connections: readonly string[];
  readonly projects: readonly string[];
  readonly issues: readonly string[];
  /** Account id, user key, user name, e-mail address or exact display name; `me` is the connection's account. */
  readonly users: readonly string[];
  /** Names or ids. */
  readonly groups: readonly string[];
  readonly notGroups: readonly string[];
}

/** @throws ConnectorError kind `usage` for a name that nothing, or more than one account of a connection, goes by */
export async function scopeOf(sources: Sources, asked: ScopeAsked): Promise<Omit<Scope, 'matched'>> {
  const { connections, projects, issues, users, groups, notGroups } = asked;
  if (connections.length > 0) refuseMissing('connection', connections, sources.connections);
  if (projects.length > 0 && sources.has('project_search', 'key'))
    refuseMissing(
      'project',
      projects,
      (await sources.rows('SELECT DISTINCT key AS name FROM main.project_search')).map(textOf('name')),
    );
  const isAsked = ([connection]: Pair) => connections.length === 0 || connections.includes(connection);
  const notPeople = notGroups.length > 0 ? await membersOf(sources, notGroups) : [];
  const left = new Set(notPeople.map(textOfPair));
  const people = [
    ...(users.length > 0 ? await accountsOf(sources, users, isAsked) : []),
    ...(groups.length > 0 ? await membersOf(sources, groups) : []),
  ];
  return {
    connections: connections.length > 0 ? connections : null,
    projects: projects.length > 0 ? projects : null,
    issues: issues.length > 0 ? await issuesOf(sources, issues) : null,
    // Whoever is expected to work is among these: neither who is excluded, nor who is of a connection that is not meant.
    people:
      users.length + groups.length > 0 ? people.filter((one) => isAsked(one) && !left.has(textOfPair(one))) : null,
    notPeople,
  };
}

function refuseMissing(word: string, wanted: readonly string[], known: readonly string[]): void {
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new ConnectorError('usage', `There is no ${word} ${unknown} in the warehouse.${didYouMean(unknown, known)}`);
}

const textOf = (name: string) => (row: Row) => String(row[name]);
const pair = (row: Row): Pair => [String(row._connection), String(row.id)];
const textOfPair = (one: Pair) => JSON.stringify(one);

/** Keys that issues had before they moved are found too, where the changelog is read. */
async function issuesOf(sources: Sources, keys: readonly string[]): Promise<readonly Pair[]> {
  const list = keys.map(literal).join(', ');
  const places = [
    sources.has('issue_search_all', 'key')
      ? `SELECT _connection, id, key FROM main.issue_search_all WHERE key IN (${list})`
      : '',
    sources.has('history', 'from_text')
      ? `SELECT _connection, issue_id, from_text FROM main.history WHERE field = 'Key' AND from_text IN (${list})`
      : '',
  ].filter(Boolean);
  const found = places.length > 0 ? await sources.rows(`SELECT DISTINCT * FROM (${places.join(' UNION ALL ')})`) : [];
  const unknown = keys.find((key) => !found.some((row) => row.key === key));
  if (unknown !== undefined) throw new ConnectorError('usage', `There is no issue ${unknown} in the warehouse.`);
  return found.map(pair);
}

interface Account {
  readonly id: Pair;
  readonly name: string;
  readonly word: string;
}

async function accountsOf(
  sources: Sources,
  words: readonly string[],
  isAsked: (account: Pair) => boolean,
): Promise<readonly Pair[]> {
  const candidates = await namedAccounts(sources, words);
  return words.flatMap((word) => {
    const everywhere = candidates.filter((account) => account.word === word);
    if (everywhere.length === 0) throw new ConnectorError('usage', unknownPerson(word));
    const matches = everywhere.filter(({ id }) => isAsked(id));
    for (const { id } of matches)
      refuseSeveral(
        word,
        matches.filter((other) => other.id[0] === id[0]),
      );
    return matches.map(({ id }) => id);
  });
}

function refuseSeveral(word: string, accounts: readonly Account[]): void {
  if (accounts.length < 2) return;
  const list = accounts.map(({ id, name }) => `${id[1]} (${name})`).join(', ');
  throw new ConnectorError(
    'usage',
    `--user ${word} is the name of ${accounts.length} accounts of ${accounts[0]?.id[0]}: ${list}. Give the account id.`,
  );
}

const unknownPerson = (word: string) =>
  word === 'me'
    ? '--user me needs the stream myself, which this warehouse does not have: read it, or give the account id.'
    : `--user ${word} is no account id, e-mail address or display name in the warehouse.`;

/** Columns by which people are known, where they are. */
const NAMES: readonly (readonly [view: string, id: string, name: string, columns: readonly string[]])[] = [
  [
    'users_search_all',
    'account_id',
    'display_name',
    ['account_id', 'user_key', 'user_name', 'email_address', 'display_name'],
  ],
  ['worklog', 'author_id', 'author_name', ['author_id', 'author_name']],
];

async function namedAccounts(sources: Sources, words: readonly string[]): Promise<readonly Account[]> {
  const list = words.map(literal).join(', ');
  const selects = NAMES.flatMap(([view, id, name, columns]) =>
    columns
      .filter((column) => sources.has(view, column))
      .map(
        (column) =>
          `SELECT _connection, ${id} AS id, ${name} AS name, ${column} AS word FROM main.${view} WHERE ${column} IN (${list})`,
      ),
  );
  if (sources.has('myself', 'account_id') && words.includes('me'))
    selects.push("SELECT _connection, account_id, display_name, 'me' FROM main.myself");
  if (selects.length === 0) return [];
  const rows = await sources.rows(
    `SELECT _connection, id, word, max(name) AS name FROM (${selects.join(' UNION ALL ')}) GROUP BY ALL ORDER BY ALL`,
  );
  return rows.map((row) => ({ id: pair(row), name: String(row.name), word: String(row.word) }));
}

/** Members as of the last sync of `group_members`: those who left since, or before, are not among them. */
async function membersOf(sources: Sources, groups: readonly string[]): Promise<readonly Pair[]> {
  if (!sources.has('groups') || !sources.has('group_members'))
    throw new ConnectorError(
      'usage',
      '--group and --exclude-group need the streams groups and group_members, which this warehouse does not have: connector sync --stream group_members.',
    );
  const there = await sources.rows('SELECT _connection, group_id AS id, name FROM main.groups');
  for (const group of groups)
    if (!there.some((row) => row.id === group || row.name === group)) {
      const near = didYouMean(group, there.map(textOf('name')));
      throw new ConnectorError(
        'usage',
        `There is no group ${group} in the warehouse.${near} The stream groups lists them.`,
      );
    }
  const wanted = there.filter((row) => groups.includes(String(row.id)) || groups.includes(String(row.name))).map(pair);
  const members = await sources.rows(
    `SELECT DISTINCT _connection, account_id AS id FROM main.group_members WHERE (_connection, group_id) IN (SELECT * FROM ${valueRows(wanted, 2)})`,
  );
  return members.map(pair);
}
