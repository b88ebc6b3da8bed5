/** `/rest/api/2/search`: pages by offset, with a total; and one issue with its whole history. */

import { formOf, type IssueDesk } from '../issues/issue-desk.js';
import { chooseFields, describeFields, type FieldChoice, renderIssue } from '../issues/render.js';
import type { Answer, Call, SimRoute } from '../model.js';
import { Params } from '../routes/issue-params.js';

const DEFAULT_PAGE = 50;
/** `jira.search.views.default.max`: larger wishes silently become this. */
const CAP = 1000;

export function serverSearchRoutes(desk: IssueDesk): SimRoute[] {
  return [
    ...(['GET', 'POST'] as const).map((method): SimRoute => {
      return { method, path: '/rest/api/2/search', handle: (call) => search(desk, call) };
    }),
    { method: 'GET', path: '/rest/api/2/issue/{issueIdOrKey}', handle: (call) => issue(desk, call) },
  ];
}

function search(desk: IssueDesk, call: Call): Answer {
  const params = new Params(call);
  const jql = params.text('jql') ?? '';
  const choice = chooseFields(desk.site, params.list('fields'), ['*navigable']);
  const expand = new Set(params.list('expand'));
  const startAt = Math.max(0, params.integer('startAt', 0));
  const maxResults = Math.min(CAP, Math.max(0, params.integer('maxResults', DEFAULT_PAGE)));
  const query = { jql, now: call.now, timeZone: desk.timeZone, validates: validates(call) };
  const { places, total } = desk.index.slice(query, startAt, maxResults);
  const options = { expand, form: formOf(call), whole: true };
  const shapes = desk.shapes(call);
  const issues = places.map((place) =>
    renderIssue(desk.site, shapes, place, { ...options, choice: choiceFor(desk, place, choice) }),
  );
  return { body: { expand: 'schema,names', startAt, maxResults, total, issues, ...describeFields(choice, expand) } };
}

/** True unless the caller says otherwise. */
function validates(call: Call): boolean {
  const sent =
    call.method === 'POST' ? (call.body as { validateQuery?: unknown }).validateQuery : call.query.get('validateQuery');
  return sent !== false && sent !== 'false';
}

function issue(desk: IssueDesk, call: Call): Answer {
  const params = new Params(call);
  const choice = chooseFields(desk.site, params.list('fields'), ['*all']);
  const expand = params.commaSet('expand');
  const place = desk.find(call.params.issueIdOrKey);
  const options = {
    ...{ choice: choiceFor(desk, place, choice), expand, form: formOf(call), whole: true },
    properties: params.list('properties'),
  };
  return { body: { ...renderIssue(desk.site, desk.shapes(call), place, options), ...describeFields(choice, expand) } };
}

/** Sub-tasks alone have a parent; of others, *Epic Link* says what is above them. */
function choiceFor({ site }: IssueDesk, place: number, choice: FieldChoice): FieldChoice {
  const type = site.directory.issueTypes[site.table.type[place] ?? 0];
  return type?.subtask === true ? choice : { ...choice, fields: choice.fields.filter(({ id }) => id !== 'parent') };
}
