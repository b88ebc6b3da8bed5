/** What a new stream starts from: a stream file that loads, and a golden case that fails until both are filled in. */

export interface Skeleton {
  /** Path from the root of the project, and content. */
  readonly files: readonly { readonly file: string; readonly text: string }[];
}

const NAME = /^[a-z][a-z0-9_]{0,62}$/;

/** @throws Error for a name that is no table name. */
export function streamSkeleton(name: string): Skeleton {
  if (!NAME.test(name))
    throw new Error(`"${name}" is no stream name: lower snake_case, at most 63 characters, such as issue_links`);
  return {
    files: [
      { file: `streams/untested/${name}.yaml`, text: streamFile(name) },
      { file: `tests/golden/${name}/first-page.json`, text: `${JSON.stringify(goldenCase, null, 2)}\n` },
    ],
  };
}

/** Expects a row that the empty page does not give: a stream without a real example stays red. */
const goldenCase = {
  route: 'list',
  bound: {},
  page: { values: [], total: 0, isLast: true },
  rows: [{ id: 'replace page and rows by a real answer and what it becomes', _extra: null }],
  rejects: 0,
  misfits: [],
};

const streamFile = (
  name: string,
) => `# The language: docs/stream-file.md. Move this file to streams/ when the stream has been read from a real site.
stream: ${name}
about: Say in one sentence what the table holds and for whom.
grain: one thing of the site
topic: site
docs: https://developer.atlassian.com/cloud/jira/platform/rest/v3/
needs:
  product: jira
  permission: Access to Jira
  scopes: { classic: [read:jira-work], granular: [] }
primary_key: [id]
write: replace
routes:
  - name: list
    cost: 1 request per 50 things
    request: GET /rest/api/3/replace/this/path
    page: { kind: offset, put: query.startAt, total: total, last: isLast, size: { put: query.maxResults, value: 50 } }
    rows: values[]
    unless: { 403: forbidden }
columns:
  id: { type: id, about: Id of the thing. }
`;
