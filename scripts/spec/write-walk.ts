/** Writes to a site what people write, each operation once, and what they read before and after. */

import { valueAt } from '../../src/core/json-path.js';
import { type Call, recordsOf, type Site } from './site-walk.js';

type Answer = Call['answer'];
type Ask = (request: string, values?: Readonly<Record<string, unknown>>, body?: unknown) => Promise<Answer>;

const API = '/rest/api/3';
const ISSUE = `${API}/issue/{issue}`;
const TEXT = {
  ...{ type: 'doc', version: 1 },
  content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Written by a check.' }] }],
};
const PROPERTIES = [{ key: 'connector.action', value: { id: 'check' } }];

/** All calls in their order. The site must let its caller delete issues. */
export async function walkWrites(site: Site): Promise<readonly Call[]> {
  const calls: Call[] = [];
  const ask: Ask = async (request, values = {}, body) => {
    const call = await asked(site, request, values, body);
    calls.push(call);
    return call.answer;
  };
  const issue = await walkIssue(ask);
  await walkChildren(ask, issue);
  await walkLink(ask, issue);
  await walkBulk(ask, issue);
  await ask(`PUT ${ISSUE}/assignee`, { issue }, { accountId: null });
  await ask(`DELETE ${ISSUE}`, { issue, deleteSubtasks: true });
  return calls;
}

const idAt = (answer: Answer, rows: string, place: number): unknown => valueAt(recordsOf(answer, rows)[place], 'id');

async function asked(
  site: Site,
  request: string,
  values: Readonly<Record<string, unknown>>,
  body: unknown,
): Promise<Call> {
  const [method = '', template = ''] = request.split(' ');
  const query = new URLSearchParams();
  let path = template;
  for (const [name, value] of Object.entries(values)) {
    if (path.includes(`{${name}}`)) path = path.replace(`{${name}}`, encodeURIComponent(String(value)));
    else query.set(name, String(value));
  }
  const response = await fetch(`${site.url}${path}?${query}`, {
    method,
    headers: { authorization: site.authorization, accept: 'application/json', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json().catch(() => undefined);
  return { stream: 'writes', request, rows: '$', expected: [], status: response.status, answer };
}

/** Key of an issue that was made, read and changed. */
async function walkIssue(ask: Ask): Promise<string> {
  const types = await ask(`GET ${API}/issue/createmeta/{project}/issuetypes`, { project: 'ENG' });
  const type = String(idAt(types, 'issueTypes[]', 1));
  await ask(`GET ${API}/issue/createmeta/{project}/issuetypes/{type}`, { project: 'ENG', type, maxResults: 200 });
  await ask(`GET ${API}/issuetype/{type}`, { type });
  await ask(`GET ${API}/issuetype/project`, { projectId: '10000' });
  await ask(`GET ${API}/user`, { accountId: valueAt(await ask(`GET ${API}/myself`), 'accountId') });
  await ask(`GET ${API}/mypermissions`, { permissions: 'CREATE_ISSUES,DELETE_ISSUES' });
  const fields = { project: { key: 'ENG' }, issuetype: { id: '10002' }, summary: 'A check', description: TEXT };
  const made = await ask(`POST ${API}/issue`, {}, { fields, properties: PROPERTIES });
  const issueUpdates = [{ fields }, { fields: { ...fields, summary: '' } }];
  await ask(`POST ${API}/issue/bulk`, {}, { issueUpdates });
  const issue = String(valueAt(made, 'key'));
  await ask(`GET ${ISSUE}/editmeta`, { issue });
  await ask(`GET ${API}/issue/picker`, { query: 'check' });
  await ask(`PUT ${ISSUE}`, { issue, returnIssue: true }, { update: { labels: [{ add: 'checked' }] } });
  await ask(`PUT ${ISSUE}`, { issue }, { fields: { summary: 'A check, changed' } });
  await ask(`GET ${ISSUE}/properties`, { issue });
  await ask(`GET ${ISSUE}/properties/{key}`, { issue, key: PROPERTIES[0]?.key });
  const transitions = await ask(`GET ${ISSUE}/transitions`, { issue, expand: 'transitions.fields' });
  await ask(`POST ${ISSUE}/transitions`, { issue }, { transition: { id: idAt(transitions, 'transitions[]', 1) } });
  return issue;
}

async function walkChildren(ask: Ask, issue: string): Promise<void> {
  const comment = await ask(`POST ${ISSUE}/comment`, { issue }, { body: TEXT, properties: PROPERTIES });
  const id = valueAt(comment, 'id');
  await ask(`GET ${ISSUE}/comment/{id}`, { issue, id });
  await ask(`POST ${API}/comment/list`, { expand: 'properties' }, { ids: [Number(id)] });
  await ask(`PUT ${ISSUE}/comment/{id}`, { issue, id }, { body: TEXT });
  await ask(`GET ${API}/comment/{id}/properties/{key}`, { id, key: PROPERTIES[0]?.key });
  await ask(`DELETE ${ISSUE}/comment/{id}`, { issue, id });
  const work = { started: '2026-03-02T09:00:00.000+0000', timeSpentSeconds: 3600, comment: TEXT };
  const worklog = await ask(`POST ${ISSUE}/worklog`, { issue }, { ...work, properties: PROPERTIES });
  const number = valueAt(worklog, 'id');
  await ask(`GET ${ISSUE}/worklog`, { issue, expand: 'properties' });
  await ask(`GET ${ISSUE}/worklog/{id}`, { issue, id: number });
  await ask(`PUT ${ISSUE}/worklog/{id}`, { issue, id: number }, { timeSpent: '2h' });
  await ask(`DELETE ${ISSUE}/worklog/{id}`, { issue, id: number, adjustEstimate: 'leave' });
}

async function walkLink(ask: Ask, issue: string): Promise<void> {
  const ends = { inwardIssue: { key: issue }, outwardIssue: { key: 'ENG-1' } };
  await ask(`POST ${API}/issueLink`, {}, { type: { name: 'Relates' }, ...ends });
  const linked = await ask(`GET ${ISSUE}`, { issue, fields: 'issuelinks' });
  const id = idAt(linked, 'fields.issuelinks[]', 0);
  await ask(`GET ${API}/issueLink/{link}`, { link: id });
  await ask(`DELETE ${API}/issueLink/{link}`, { link: id });
}

async function walkBulk(ask: Ask, issue: string): Promise<void> {
  const labels = { fieldId: 'labels', bulkEditMultiSelectFieldOption: 'ADD', labels: [{ name: 'bulk' }] };
  const selected = { selectedIssueIdsOrKeys: [issue] };
  const editedFieldsInput = { labelsFields: [labels] };
  const edited = await ask(
    `POST ${API}/bulk/issues/fields`,
    {},
    { ...selected, selectedActions: ['labels'], editedFieldsInput },
  );
  for (let n = 0; n < 2; n += 1) await ask(`GET ${API}/bulk/queue/{task}`, { task: valueAt(edited, 'taskId') });
  await ask(`GET ${API}/bulk/issues/transition`, { issueIdsOrKeys: issue });
  const bulkTransitionInputs = [{ transitionId: '11', ...selected }];
  await ask(`POST ${API}/bulk/issues/transition`, {}, { bulkTransitionInputs });
  await ask(`POST ${API}/bulk/issues/delete`, {}, { selectedIssueIdsOrKeys: ['ENG-2'] });
}
