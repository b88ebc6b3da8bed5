/** docs/from-other-connectors.md out of peers.yaml. */
import { likenessesOf, type Peer } from '../../src/app/settings/peers.js';

const HEAD = `# Coming from another connector

This page is generated: \`npm run docs\` writes it from peers.yaml.
\`connector streams --like issue_votes\` finds what stands for a table of another connector.

## Before you switch over

Read both for a while, and compare counts in one and the same hour.

1. \`connector sync\`, then \`connector status\`: a stream that is not \`ok\` or \`empty\` is no ground for a comparison.
2. \`connector query "SELECT project_key, count(*) AS issues, max(updated) AS latest FROM issue_search GROUP BY ALL ORDER BY ALL"\` here, and the same over the other's table of issues.
3. Where the other has more issues, look some of its keys up in \`issue_search_all\`: \`_deleted_at\` says what was deleted on the site; connectors that mark no deletions keep such rows for ever.
4. Where the other has fewer comments, worklogs or history entries, look at issues with many: Jira's pages of issues carry at most 20 comments, 20 worklogs and 40 history entries.
5. Compare sums as well: \`SELECT sum(time_spent_seconds) FROM issue_worklog\`.
`;

export function peersPage(peers: readonly Peer[]): string {
  return [HEAD, ...peers.map(sectionOf)].join('\n');
}

function sectionOf(peer: Peer): string {
  const all = likenessesOf(peer);
  const of = peer.tables_known === undefined ? '' : ` of ${peer.tables_known}`;
  const rows = all.map(({ table, ours, because }) => {
    const answer = because === null ? ours.map((name) => `\`${name}\``).join(', ') : `*not, because* ${because}`;
    return `| \`${table}\` | ${answer} |`;
  });
  const note = peer.note === undefined ? [] : ['', peer.note];
  const head = [
    `## ${peer.connector}`,
    '',
    `${all.length}${of} names.`,
    ...note,
    '',
    '| There | Here |',
    '| --- | --- |',
  ];
  return `${[...head, ...rows].join('\n')}\n`;
}
