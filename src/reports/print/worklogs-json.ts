/**
 * Worklogs as the endpoint of *Time Tracker for Jira* answered: an array of issues, in each only the worklogs of the report.
 * `author` is the account id (Data Center: the user's key), since user names of its time are gone; beside it `authorName`,
 * `startedDate` (the day the report counts it on) and each issue's `connection`.
 */
import type { JsonCell } from '../../query/tables/cells.js';
import { showSeconds } from '../hours.js';
import type { Row } from '../sources.js';
import type { WorklogsAsked } from '../worklogs/asked.js';
import { namesBeside } from './more-fields.js';

const EXPAND = 'operations,versionedRepresentations,editmeta,changelog,renderedFields';

/** @param worklogs those of one issue follow each other; with the columns of `ofIssue` */
export async function* worklogJson(
  worklogs: AsyncIterable<readonly Row[]>,
  { moreFields }: Pick<WorklogsAsked, 'moreFields'>,
): AsyncIterable<string> {
  const more = namesBeside(OWN, moreFields);
  let issue: string | null = null;
  let opened = false;
  yield '[';
  for await (const rows of worklogs) {
    let piece = '';
    for (const row of rows) {
      const id = `${row._connection}|${row.issue_id}`;
      if (id === issue) piece += `,${JSON.stringify(worklogOf(row))}`;
      else {
        piece += `${issue === null ? '' : `${END},`}\n${beginning(row, more)}${JSON.stringify(worklogOf(row))}`;
        issue = id;
        opened = true;
      }
    }
    yield piece;
  }
  yield `${opened ? `${END}\n` : ''}]\n`;
}

const END = ']}}}';

/** An issue up to its first worklog. */
function beginning(row: Row, more: ReadonlyMap<string, string>): string {
  const { fields, ...issue } = issueOf(row, more);
  const head = JSON.stringify({ ...issue, fields }).slice(0, -2);
  return `${head},"worklog":{"worklogs":[`;
}

/** Members of an issue's `fields` beside those that are asked for. */
const OWN = ['summary', 'issuetype', 'project', 'issuelinks', 'priority', 'resolution', 'status', 'epic', 'worklog'];

function issueOf(
  row: Row,
  more: ReadonlyMap<string, string>,
): { readonly fields: Readonly<Record<string, unknown>> } & Readonly<Record<string, unknown>> {
  const site = siteOf(row);
  return {
    expand: EXPAND,
    id: row.issue_id,
    self: site === null ? null : `${site}/rest/api/2/issue/${row.issue_id}`,
    key: row.issue_key,
    connection: row.connection,
    fields: {
      summary: row.issue_summary,
      issuetype: named(row.issue_type_id, row.issue_type_name, { subtask: row.issue_type_subtask }),
      ...Object.fromEntries([...more].map(([column, name]) => [name, row[`field_${column}`] ?? null])),
      project: projectOf(row),
      issuelinks: linksOf(row.issue_links),
      priority: named(row.priority_id, row.priority_name),
      resolution: named(row.resolution_id, row.resolution_name),
      status: named(row.status_id, row.status_name, { statusCategory: categoryOf(row) }),
      epic: row.epic_key === null ? null : { key: row.epic_key, summary: row.epic_summary },
    },
  };
}

/** The site's address, from where a browser shows the issue. */
const siteOf = ({ url }: Row) => (typeof url === 'string' ? url.replace(/\/browse\/.*$/, '') : null);

const named = (id: JsonCell | undefined, name: JsonCell | undefined, more: object = {}) =>
  (id ?? null) === null && (name ?? null) === null ? null : { id: id ?? null, name: name ?? null, ...more };

function projectOf(row: Row) {
  const category = named(row.project_category_id, row.project_category_name);
  return {
    ...{ id: row.project_id ?? null, key: row.project_key, name: row.project_name },
    ...(category === null ? {} : { projectCategory: category }),
  };
}

function categoryOf(row: Row) {
  const id = Number(row.status_category_id);
  return {
    id: row.status_category_id === null || Number.isNaN(id) ? null : id,
    key: row.status_category_key ?? null,
    name: row.status_category_name ?? null,
  };
}

/** As Jira's issues have them. */
function linksOf(links: JsonCell | undefined): readonly object[] {
  if (!Array.isArray(links)) return [];
  return links.flatMap((link) => {
    if (link === null || typeof link !== 'object' || Array.isArray(link)) return [];
    const end = (side: 'inward' | 'outward') =>
      link[`${side}_issue_id`] === null
        ? {}
        : { [`${side}Issue`]: { id: link[`${side}_issue_id`], key: link[`${side}_issue_key`] } };
    const type = { id: link.type_id, name: link.type_name, inward: link.inward, outward: link.outward };
    return [{ id: link.id, type, ...end('inward'), ...end('outward') }];
  });
}

function worklogOf(row: Row): Readonly<Record<string, unknown>> {
  return {
    author: row.author_id,
    authorName: row.author_name,
    comment: row.comment ?? '',
    created: jiraTime(row.created),
    updated: jiraTime(row.updated),
    ...(row.visibility_type === null ? {} : { visibility: { type: row.visibility_type, value: row.visibility_value } }),
    started: row.started,
    startedDate: row.day,
    timeSpent: showSeconds(Number(row.seconds), { unit: 'hm', hoursPerDay: 8 }),
    timeSpentSeconds: row.seconds,
    id: row.worklog_id,
    issueId: row.issue_id,
  };
}

/** Jira writes a numeric offset, and old scripts parse it. */
const jiraTime = (time: JsonCell | undefined) => (typeof time === 'string' ? time.replace(/Z$/, '+0000') : null);
