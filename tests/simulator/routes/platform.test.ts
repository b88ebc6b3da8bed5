import { describe, expect, it } from 'vitest';
import { DEFAULT_SITE } from '../../../simulator/site/options.js';
import { asking, each, within } from './ask.js';

const API = '/rest/api/3';
const { directory, ask } = asking();

describe('projects', () => {
  it('hides archived and deleted projects from whoever does not ask for them', () => {
    expect(each(ask(`${API}/project/search`).rows, 'key')).toEqual(['ENG', 'HELP', 'MOB', 'OPS']);
    const all = ask(`${API}/project/search?status=live&status=archived&status=deleted`).rows;
    expect(all).toHaveLength(6);
    expect(all.find(({ key }) => key === 'OLD')).toMatchObject({ archived: true });
    expect(all.find(({ key }) => key === 'GONE')).toMatchObject({ deleted: true });
    expect(ask(`${API}/project/search?status=closed`).status).toBe(400);
  });

  it('adds lead and issue types only when expanded, a team-managed project with types of its own', () => {
    expect(ask(`${API}/project/search`).rows[0]).not.toHaveProperty('lead');
    const [found] = ask(`${API}/project/search?keys=MOB&expand=lead,issueTypes`).rows;
    expect(found).toMatchObject({ lead: { accountId: expect.any(String) } });
    const own = { type: 'PROJECT', project: { id: '10002' } };
    expect(each(within(found, 'issueTypes'), 'scope')).toEqual([own, own, own]);
  });

  it('cuts project pages at 100 and version pages at 50', () => {
    const large = asking({ ...DEFAULT_SITE, projects: 150 });
    expect(large.ask(`${API}/project/search?maxResults=1000`).body).toMatchObject({ maxResults: 100, isLast: false });
    const versions = ask(`${API}/project/ENG/version?maxResults=1000`);
    expect(versions.body).toMatchObject({ maxResults: 50, total: 60, isLast: false });
    expect(versions.rows).toHaveLength(50);
  });

  it('knows a project by id and key, answers 404 for deleted and unknown ones', () => {
    expect(ask(`${API}/project/10000`).body.key).toBe('ENG');
    expect(ask(`${API}/project/eng`).body.id).toBe('10000');
    expect(ask(`${API}/project/GONE/version`).status).toBe(404);
    expect(ask(`${API}/project/NOPE/component`)).toMatchObject({ status: 404, body: { errors: {} } });
  });

  it('gives the same components for many projects at once as for each alone', () => {
    const alone = ['ENG', 'OPS'].flatMap((key) => each(ask(`${API}/project/${key}/component`).rows, 'id'));
    expect(each(ask(`${API}/component?projectIdsOrKeys=ENG&projectIdsOrKeys=OPS`).rows, 'id')).toEqual(alone);
    expect(alone.length).toBeGreaterThan(0);
  });
});

describe('vocabulary', () => {
  it('writes ids as the site does: text for most, numbers for status categories', () => {
    const categories = ask(`${API}/statuscategory`).rows;
    expect(categories.map(({ id, key }) => [id, key])).toEqual([
      [1, 'undefined'],
      [2, 'new'],
      [4, 'indeterminate'],
      [3, 'done'],
    ]);
    expect(ask(`${API}/priority/search`).rows[0]?.id).toBe('1');
  });

  it('shows a status category as a word to administrators and as an object to everybody', () => {
    const [searched] = ask(`${API}/statuses/search`).rows;
    const [plain] = ask(`${API}/status`).rows;
    expect(searched).toMatchObject({ id: plain?.id, statusCategory: 'TODO', scope: { type: 'GLOBAL' } });
    expect(plain).toMatchObject({ statusCategory: { id: 2, key: 'new' } });
  });

  it('answers 404 for link types on a site without issue linking', () => {
    expect(ask(`${API}/issueLinkType`).rows).toHaveLength(directory.linkTypes.length);
    expect(asking(DEFAULT_SITE, { issueLinking: false }).ask(`${API}/issueLinkType`).status).toBe(404);
  });
});

describe('fields', () => {
  it('lists fields without a schema, which break code that reads schema.type of each', () => {
    const fields = ask(`${API}/field`).rows;
    const bare = fields.filter(({ schema }) => schema === undefined);
    expect(each(bare, 'id')).toEqual(['issuekey', 'thumbnail', 'parent']);
    expect(fields).toHaveLength(directory.fields.length + 2);
  });

  it('cuts field search at 50 and leaves out fields of team-managed projects', () => {
    const page = ask(`${API}/field/search?maxResults=200`).body;
    expect(page).toMatchObject({ maxResults: 50, total: directory.fields.length - 1, isLast: false });
  });

  it('has field schemes, or 404 for them and field configurations still', () => {
    expect(ask(`${API}/config/fieldschemes?maxResults=500`).body).toMatchObject({ maxResults: 100, isLast: true });
    const older = asking(DEFAULT_SITE, { fieldSchemes: false });
    expect(older.ask(`${API}/config/fieldschemes`).status).toBe(404);
    const configurations = older.ask(`${API}/fieldconfiguration`).rows;
    expect(configurations[0]).toMatchObject({ id: 10000, isDefault: true });
    expect(configurations[1]).not.toHaveProperty('isDefault');
  });
});

describe('people', () => {
  it('gives users as a bare array of at most 1000, so that only an empty page ends the walk', () => {
    const large = asking({ ...DEFAULT_SITE, users: 1200 });
    expect(large.ask(`${API}/users/search?maxResults=5000`).rows).toHaveLength(1000);
    expect(large.ask(`${API}/users/search?maxResults=5000&startAt=1000`).rows).toHaveLength(200);
    expect(large.ask(`${API}/users/search?maxResults=5000&startAt=1200`).rows).toEqual([]);
  });

  it('shows inactive members of a group only on request, and 50 at a time', () => {
    const group = directory.groups[1];
    const path = `${API}/group/member?groupId=${group?.groupId}&maxResults=500`;
    const everybody = ask(`${path}&includeInactiveUsers=true`).body;
    expect(everybody).toMatchObject({ maxResults: 50, total: group?.memberIds.length, isLast: false });
    expect(ask(path).body.total).toBeLessThan(Number(everybody.total));
    expect(ask(`${API}/group/member?groupId=nobody`).status).toBe(404);
    expect(ask(`${API}/group/member`).status).toBe(400);
  });

  it('says who the token belongs to', () => {
    expect(ask(`${API}/myself`).body).toMatchObject({ emailAddress: 'ada@example.com', timeZone: 'Europe/Berlin' });
  });
});

describe('sharing', () => {
  it('keeps jql, owner and shares to itself until they are expanded', () => {
    expect(Object.keys(ask(`${API}/filter/search`).rows[0] ?? {}).sort()).toEqual(['expand', 'id', 'name', 'self']);
    const { rows } = ask(`${API}/filter/search?expand=jql,owner,sharePermissions`);
    const types = rows.flatMap((row) => each(within(row, 'sharePermissions'), 'type'));
    expect(new Set(types)).toEqual(new Set(['global', 'loggedin', 'group', 'project']));
    expect(each(rows, 'jql')).not.toContain(undefined);
  });

  it('shows my filters and favourites relative to the owner of the token', () => {
    const mine = ask(`${API}/filter/my`).rows;
    expect(each(mine, 'name')).toEqual(['Meine offenen Vorgänge', 'Überfällig 🔥', 'Private notes']);
    expect(mine[1]).toMatchObject({ subscriptions: { size: 1, items: [] } });
    expect(each(ask(`${API}/filter/favourite`).rows, 'id')).toEqual(['10000', '10001', '20001', '20005']);
  });

  it('gives a dashboard its owner only when expanded, the system one never', () => {
    const { rows } = ask(`${API}/dashboard/search?expand=owner`);
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.filter(({ owner }) => owner === undefined)).toMatchObject([{ systemDashboard: true }]);
  });
});

describe('schemes and workflows', () => {
  it('has grants and notification events only with an expand value', () => {
    expect(ask(`${API}/permissionscheme`).rows[0]).not.toHaveProperty('permissions');
    const [scheme] = ask(`${API}/permissionscheme?expand=permissions`).rows;
    const holders = each(within(scheme, 'permissions'), 'holder');
    for (const type of ['projectRole', 'applicationRole', 'user', 'anyone', 'projectLead', 'group']) {
      expect(holders).toContainEqual(expect.objectContaining({ type }));
    }
    expect(ask(`${API}/notificationscheme`).rows[0]).not.toHaveProperty('notificationSchemeEvents');
    const [events] = ask(`${API}/notificationscheme?expand=all`).rows;
    expect(within(events, 'notificationSchemeEvents').at(-1)).toMatchObject({ notifications: [] });
  });

  it('puts the statuses of a page of workflows beside its values, each once', () => {
    const { body } = ask(`${API}/workflows/search?expand=values.transitions`);
    const flows = within(body, 'values');
    const used = flows.flatMap((flow) => each(within(flow, 'statuses'), 'statusReference'));
    expect(each(within(body, 'statuses'), 'id').sort()).toEqual([...new Set(used)].sort());
    expect(within(flows[0], 'transitions')[0]).toMatchObject({ type: 'INITIAL' });
    expect(ask(`${API}/workflows/search`).rows[0]).not.toHaveProperty('transitions');
  });

  it('nests pages in priority schemes only when expanded', () => {
    expect(ask(`${API}/priorityscheme`).rows[0]).not.toHaveProperty('priorities');
    const [full] = ask(`${API}/priorityscheme?expand=priorities,projects`).rows;
    expect(full).toMatchObject({ priorities: { total: directory.priorities.length, isLast: true } });
  });

  it('pages screen schemes by 25 unless told otherwise', () => {
    const large = asking({ ...DEFAULT_SITE, projects: 50 });
    expect(large.ask(`${API}/screenscheme`).body).toMatchObject({ maxResults: 25, isLast: false });
  });
});

describe('site', () => {
  it('refuses mypermissions without the permissions it should check', () => {
    expect(ask(`${API}/mypermissions`).status).toBe(400);
    expect(ask(`${API}/mypermissions?permissions=NO_SUCH`).status).toBe(400);
    expect(ask(`${API}/mypermissions?permissions=ADMINISTER,DELETE_ISSUES`).body.permissions).toMatchObject({
      ADMINISTER: { key: 'ADMINISTER', havePermission: true },
      DELETE_ISSUES: { key: 'DELETE_ISSUES', havePermission: false },
    });
  });

  it('is Cloud and tells its own time with an offset without colon', () => {
    const { deploymentType, serverTime } = ask(`${API}/serverInfo`).body;
    expect([deploymentType, serverTime]).toEqual(['Cloud', '2026-11-02T10:00:00.000+0100']);
  });

  it('logs newest first and shifts all offsets when something new is logged', () => {
    const { now } = DEFAULT_SITE;
    const before = ask(`${API}/auditing/record?limit=5000`);
    const ids = each(before.rows, 'id').map(Number);
    expect(before.body).toMatchObject({ limit: 1000, offset: 0 });
    expect(ids).toEqual(ids.toSorted((left, right) => right - left));
    const after = ask(`${API}/auditing/record?offset=1&limit=5000`, now + 6 * 3_600_000);
    expect(after.body.total).toBe(Number(before.body.total) + 1);
    expect(after.rows[0]?.id).toBe(ids[0]);
  });

  it('bounds the log by from and to', () => {
    const page = ask(`${API}/auditing/record?from=2026-01-01T00:00:00.000Z&to=2026-01-02T00:00:00.000Z`).body;
    expect(page.total).toBe(4);
    expect(ask(`${API}/auditing/record?from=yesterday`).status).toBe(400);
  });
});
