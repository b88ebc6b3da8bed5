/** Contexts, roles, schemes, screens and security levels, as the simulated site answers them: rules that tables cannot show. */
import { describe, expect, test } from 'vitest';
import { DEFAULT_SITE } from '../../../simulator/site/options.js';
import { asking, each } from './ask.js';

const API = '/rest/api/3';
const { ask } = asking({ ...DEFAULT_SITE, projects: 12 });

describe('contexts of fields', () => {
  test.each([
    'summary',
    'customfield_10020',
    'customfield_10049',
    'customfield_10100',
    'customfield_1',
  ])('are not found for %s: a system field, one of an app or of a team-managed project, or none at all', (field) =>
    expect(ask(`${API}/field/${field}/context`).status).toBe(404));

  test('have their own options, and those of a cascading list name the option above them', () => {
    const [context] = each(ask(`${API}/field/customfield_10034/context`).rows, 'id');
    const { rows } = ask(`${API}/field/customfield_10034/context/${context}/option`);
    const parents = each(rows, 'optionId').filter((id) => id !== undefined);
    expect(parents.length).toBeGreaterThan(0);
    expect(each(rows, 'id')).toEqual(expect.arrayContaining(parents));
    expect(ask(`${API}/field/customfield_10032/context/${context}/option`).status).toBe(404);
  });
});

describe('screens', () => {
  test('spell the size of a page of tabs without an s, and do not know the usual spelling', () => {
    expect(ask(`${API}/screens/tabs?maxResult=3`).rows).toHaveLength(3);
    expect(ask(`${API}/screens/tabs?maxResults=3`).body.maxResults).toBe(100);
    expect(each(ask(`${API}/screens/tabs?screenId=1&screenId=2`).rows, 'screenId')).toEqual([1, 1, 2, 2, 2]);
  });
});

describe('schemes of projects', () => {
  test('of workflows must be asked by project, and the default one has no id', () => {
    expect(ask(`${API}/workflowscheme/project`).status).toBe(400);
    // A team-managed project among them is passed over in silence.
    const { rows } = ask(`${API}/workflowscheme/project?projectId=10000&projectId=10002&projectId=10003`);
    expect(rows.map(({ projectIds }) => projectIds)).toEqual([['10000'], ['10003']]);
    expect(Object.keys((rows[1]?.workflowScheme ?? {}) as object)).not.toContain('id');
  });

  test('of fields are pairs, or before that lists of which the first says no scheme', () => {
    expect(Object.keys(ask(`${API}/config/fieldschemes/projects`).rows[0] ?? {})).toEqual(['projectId', 'schemeId']);
    const [first, second] = ask(`${API}/fieldconfigurationscheme/project`).rows;
    expect(Object.keys(first ?? {})).toEqual(['projectIds']);
    expect(Object.keys(second ?? {})).toEqual(['fieldConfigurationScheme', 'projectIds']);
  });

  test('of security are not found where a project has none, and their members where nobody is named', () => {
    expect(ask(`${API}/project/10000/issuesecuritylevelscheme`).body.id).toBe(10_400);
    expect(ask(`${API}/project/10003/issuesecuritylevelscheme`).status).toBe(404);
    expect(ask(`${API}/issuesecurityschemes/10400/members`).status).toBe(404);
    expect(ask(`${API}/issuesecurityschemes/10401/members`).rows.length).toBeGreaterThan(0);
  });
});

test('experimental operations are not there on a site without them, and the older ones are', () => {
  const old = asking(DEFAULT_SITE, { experimental: false });
  const lists = ['screens/tabs', 'issuesecurityschemes/level', 'issuesecurityschemes/level/member'];
  for (const name of [...lists, 'issuesecurityschemes/project'])
    expect([name, old.ask(`${API}/${name}`).status]).toEqual([name, 404]);
  for (const name of ['screens/1/tabs', 'issuesecurityschemes/10400', 'project/10000/issuesecuritylevelscheme'])
    expect([name, old.ask(`${API}/${name}`).status]).toEqual([name, 200]);
});

test('somebody who administers nothing is refused; roles of a project are simply not found', () => {
  const other = asking(DEFAULT_SITE, { administer: false });
  const contexts = 'field/customfield_10032/context';
  for (const name of [contexts, 'screens', 'issuetypescheme', 'project/10000/permissionscheme'])
    expect([name, other.ask(`${API}/${name}`).status]).toEqual([name, 403]);
  for (const name of ['roledetails', 'role', 'role/10002'])
    expect([name, other.ask(`${API}/project/10000/${name}`).status]).toEqual([name, 404]);
  expect(other.ask(`${API}/project/10000/statuses`).status).toBe(200);
});

test('a role that nobody holds in a project has an empty list of actors', () => {
  const actors = ['10002', '10100', '10101', '10102'].map(
    (role) => ask(`${API}/project/10001/role/${role}`).body.actors as unknown[],
  );
  expect(actors.some((list) => list.length === 0)).toBe(true);
  expect(actors.some((list) => list.length > 1)).toBe(true);
});
