/**
 * Which issues are epics, and the epic an issue belongs to: itself, its parent, its parent's parent; on sites that link epics by a custom
 * field, what that field of the issue or of its parent says. Two steps up and no more, so that issues which are each other's parents end
 * nothing.
 */
import type { ConnectionTables } from './connection-tables.js';
import { customText } from './custom-fields.js';
import type { Source } from './shown-column.js';

const NO_TEXT = 'CAST(NULL AS VARCHAR)';

interface Epic {
  /** To follow the issue in FROM. Grouped by what it is joined on, so that no issue is doubled. */
  readonly joins: string;
  readonly key: string;
  readonly summary: string;
  /** What the summary needs besides; to follow them. */
  readonly summaryJoin: string;
}

/** One level above the standard ones; where the site tells no levels (Data Center), what has an *Epic Name*. Never null. */
export function isEpic({ dialect }: ConnectionTables, issue: Source): string {
  const level = issue.sql('issue_type_hierarchy_level', 'INTEGER');
  return `coalesce(${level} = 1, ${customText(issue, dialect, 'epic_name') ?? NO_TEXT} IS NOT NULL)`;
}

export function epicOf(tables: ConnectionTables, issue: Source): Epic {
  const parent = tables.source(issue.has('parent_id') ? 'issue_search' : '', 'p');
  const above = parent.has('id') ? parentsOf(tables, parent) : null;
  const own = linkOf(tables, issue);
  const links = [...(own === null ? [] : [own]), ...(above?.hasLink ? ['up.link'] : [])];
  const link = links.length === 0 ? NO_TEXT : `coalesce(${links.join(', ')})`;
  const epic = tables.source(links.length === 0 ? '' : 'issue_search', 'e');
  const linked = epic.has('key')
    ? ` LEFT JOIN (SELECT ${epic.sql('key')} AS key, max(${epic.sql('summary')}) AS summary FROM ${epic.rows('live')} GROUP BY ${epic.sql('key')}) e ON e.key = ${link}`
    : '';
  const itself = isEpic(tables, issue);
  const known = above === null ? [] : ['up.epic_key'];
  return {
    joins: above === null ? '' : ` LEFT JOIN ${above.rows} up ON up.id = ${issue.sql('parent_id')}`,
    summaryJoin: linked,
    key: `CASE WHEN ${itself} THEN ${issue.sql('key')} ELSE coalesce(${[...known, link].join(', ')}) END`,
    summary: `CASE WHEN ${itself} THEN ${issue.sql('summary')} ${above === null ? '' : 'WHEN up.epic_key IS NOT NULL THEN up.epic_summary '}ELSE ${linked === '' ? NO_TEXT : 'e.summary'} END`,
  };
}

/** In brackets, one row for each issue that may be a parent: id, epic_key, epic_summary, link. */
function parentsOf(tables: ConnectionTables, parent: Source): { readonly rows: string; readonly hasLink: boolean } {
  const grand = tables.source(parent.has('parent_id') ? 'issue_search' : '', 'g');
  const nearest = (column: string) =>
    `max(CASE ${[parent, grand].map((one) => `WHEN ${isEpic(tables, one)} THEN ${one.sql(column)}`).join(' ')} END)`;
  const link = linkOf(tables, parent);
  const selected = [
    `${parent.sql('id')} AS id`,
    `${nearest('key')} AS epic_key`,
    `${nearest('summary')} AS epic_summary`,
    `max(${link ?? NO_TEXT}) AS link`,
  ];
  const joined = grand.leftJoin('all', 'id', parent, 'parent_id');
  return {
    rows: `(SELECT ${selected.join(', ')} FROM ${parent.rows('all')}${joined} GROUP BY ${parent.sql('id')})`,
    hasLink: link !== null,
  };
}

/** What the field *Epic Link* says. */
const linkOf = ({ dialect }: ConnectionTables, issue: Source) => customText(issue, dialect, 'epic_link');
