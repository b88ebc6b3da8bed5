import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkActions } from '../../../scripts/spec/action-contract.js';
import { loadSpecs } from '../../../scripts/spec/open-api.js';
import { loadActions } from '../../../src/actions/registry/load.js';
import { absenceOf, requestOn } from '../../../src/actions/registry/registry.js';
import { readActionFiles } from '../../../src/app/settings/package-files.js';
import { runMain } from '../../cli/run-main.js';

const registry = loadActions(readActionFiles());

/** By the names people know from other systems; `assign_issue` is half of what one of them calls update, and `add_attachment` is what everybody misses there. */
const KNOWN = [
  ...['create_issue', 'delete_issue', 'retrieve_issue', 'update_issue', 'assign_issue', 'transition', 'add_comment'],
  ...['update_comment', 'retrieve_comments', 'retrieve_comment', 'retrieve_comments_by_ids', 'delete_comment'],
  ...['create_issue_link', 'retrieve_issue_link', 'delete_issue_link', 'search_issues', 'issue_picker'],
  ...['retrieve_project', 'retrieve_projects', 'retrieve_user', 'user_email', 'retrieve_users', 'retrieve_fields'],
  ...['retrieve_issue_type', 'retrieve_issue_types_for_project', 'retrieve_issue_types', 'retrieve_transitions'],
  ...['create_worklog', 'update_worklog', 'delete_worklog', 'add_attachment'],
];

test('every action that people know from elsewhere is there, and none that nobody asked for', () => {
  expect([...registry.actions.keys()].sort()).toEqual([...KNOWN].sort());
  expect(registry.get('link_issues').action).toBe('create_issue_link');
});

test('nothing that reads is sent by a verb that writes, and every deletion is dangerous', () => {
  for (const action of registry.actions.values()) {
    const verb = action.request.split(' ')[0];
    if (action.kind === 'read')
      expect([action.action, verb === 'PUT' || verb === 'DELETE']).toEqual([action.action, false]);
    if (verb === 'DELETE') expect([action.action, action.danger]).toEqual([action.action, 'high']);
  }
});

test('what Data Center is asked has no version 3', () => {
  for (const action of registry.actions.values())
    if (absenceOf(action, 'datacenter') === null) expect(requestOn('datacenter', action)).not.toContain('/rest/api/3');
});

const good = readActionFiles().find(({ file }) => file.endsWith('add_comment.yaml'))?.text ?? '';
const refusal = (text: string, name = 'add_comment') => {
  try {
    loadActions([{ file: `actions/${name}.yaml`, text }]);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return '';
};

test.each([
  [
    'a wrong word names the nearest',
    good.replace('settle:', 'setle:'),
    'actions/add_comment.yaml:20: unknown word `setle`',
  ],
  [
    'a misnamed file',
    good.replace('action: add_comment', 'action: add_note'),
    'add_comment.yaml:1: the file is called',
  ],
  ['a place that no input fills', good.replace('put: path.issue', 'put: query.issue'), 'no input is put at {issue}'],
  ['a marker without a place', good.replace(/^marker:.*\n/m, ''), 'exactly the actions with `once: marker`'],
  ['a write without a way to settle', good.replace(/settle:[\s\S]*?result:/, 'result:'), 'needs `settle`'],
  [
    'an undo that is no action',
    good.replace('undo: { action: delete_comment', 'undo: { action: delete_coment'),
    'there is no action `delete_coment`',
  ],
])('%s is refused with file and line', (_, text, says) => {
  expect(refusal(text)).toContain(says);
});

test('a request and a place that Atlassian does not know are found', () => {
  const paths = { '/rest/api/3/issue/{i}/comment': { post: { responses: {} } } };
  const file = join(mkdtempSync(join(tmpdir(), 'spec-')), 'spec.json');
  writeFileSync(file, JSON.stringify({ openapi: '3.0.1', paths }));
  const text = good.replace('undo: { action: delete_comment, ', 'undo: { ');
  const problems = checkActions(loadActions([{ file: 'actions/add_comment.yaml', text }]), loadSpecs([file]))
    .filter(({ problem }) => problem !== undefined)
    .map(({ point }) => point);
  expect(problems).toEqual([
    'GET /rest/api/3/issue/{issue}/comment',
    'POST /rest/api/3/comment/list',
    'GET /rest/api/3/issue/{issue}/comment/{comment}',
    'body.body',
    'body.visibility',
    'body.properties',
    'body.properties',
  ]);
});

test('the command line lists them and says why an address cannot be had', async () => {
  const all = await runMain(['actions', '--json'], { cwd: tmpdir() });
  expect(JSON.parse(all.stdout)).toHaveLength(KNOWN.length);
  const one = JSON.parse((await runMain(['actions', 'user_email', '--json'], { cwd: tmpdir() })).stdout);
  expect(one).toMatchObject({ state: 'unsupported', reason: expect.stringContaining('API tokens') });
  const wrong = await runMain(['actions', 'create_isue'], { cwd: tmpdir() });
  expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining('create_issue')]);
  expect((await runMain(['actions', 'create_worklog'], { cwd: tmpdir() })).stdout).toContain('started');
});
