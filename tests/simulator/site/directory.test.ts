import { describe, expect, it } from 'vitest';
import type { Directory } from '../../../simulator/model.js';
import { makeDirectory } from '../../../simulator/site/directory.js';
import { DEFAULT_SITE } from '../../../simulator/site/options.js';

const LARGE = { ...DEFAULT_SITE, projects: 50, boards: 40, sprints: 300, users: 500, groups: 60 };

function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) {
    counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
}

function repeated(values: readonly string[]): string[] {
  return values.filter((value, place) => values.indexOf(value) !== place);
}

describe('makeDirectory', () => {
  const site = makeDirectory(DEFAULT_SITE);

  it('gives the same site for a seed and another one for another seed', () => {
    expect(makeDirectory(DEFAULT_SITE)).toEqual(site);
    expect(makeDirectory({ ...DEFAULT_SITE, seed: 2 }).people[1]?.accountId).not.toBe(site.people[1]?.accountId);
  });

  it('has exactly as many of everything as was asked for, small and large', () => {
    for (const options of [DEFAULT_SITE, LARGE]) {
      const { people, groups, projects, boards, sprints } = makeDirectory(options);
      const counts = [people, groups, projects, boards, sprints].map((list) => list.length);
      expect(counts).toEqual([options.users, options.groups, options.projects, options.boards, options.sprints]);
    }
  });

  it('never gives one id to two things, which would merge rows of a table', () => {
    for (const directory of [site, makeDirectory(LARGE)]) {
      for (const ids of idLists(directory)) {
        expect(repeated(ids)).toEqual([]);
      }
    }
  });

  it('keeps every reference alive', () => {
    const { boards, projects, sprints, people, groups } = makeDirectory(LARGE);
    const known = (list: readonly { id: string }[]) => new Set(list.map(({ id }) => id));
    const accounts = new Set(people.map(({ accountId }) => accountId));
    expect(boards.filter(({ projectId }) => !known(projects).has(projectId))).toEqual([]);
    expect(sprints.filter(({ boardId }) => !known(boards).has(boardId))).toEqual([]);
    expect(projects.filter(({ leadId }) => !accounts.has(leadId))).toEqual([]);
    expect(groups.flatMap(({ memberIds }) => memberIds).filter((id) => !accounts.has(id))).toEqual([]);
  });

  it('has boards of all three types, sprints on scrum boards only, boards on live projects only', () => {
    expect(tally(site.boards.map(({ type }) => type))).toEqual({ scrum: 3, kanban: 2, simple: 1 });
    const type = new Map(site.boards.map((board) => [board.id, board.type]));
    expect(tally(site.sprints.map(({ boardId }) => type.get(boardId) ?? 'none'))).toEqual({ scrum: 20 });
    const dead = new Set(site.projects.filter(({ state }) => state !== 'live').map(({ id }) => id));
    expect(site.boards.filter(({ projectId }) => dead.has(projectId))).toEqual([]);
  });

  it('has archived and deleted projects, team-managed ones with things of their own, and an archived one among 6', () => {
    expect(tally(site.projects.map(({ state }) => state))).toEqual({ live: 4, archived: 1, deleted: 1 });
    const own = site.projects.find(({ style }) => style === 'next-gen');
    expect(site.statuses.filter(({ projectId }) => projectId === own?.id)).toHaveLength(3);
    expect(site.issueTypes.filter(({ projectId }) => projectId === own?.id)).toHaveLength(3);
    expect(site.fields.filter(({ projectId }) => projectId === own?.id)).toHaveLength(1);
  });

  it('has app, customer, inactive, deleted and address-less accounts', () => {
    const kinds = tally(site.people.map(({ accountType }) => accountType));
    expect(Object.keys(kinds).sort()).toEqual(['app', 'atlassian', 'customer']);
    expect(site.people.filter(({ active }) => !active).length).toBeGreaterThan(3);
    expect(site.people.filter(({ displayName }) => displayName === 'Former user').length).toBeGreaterThan(1);
    const hidden = site.people.filter((person) => person.accountType === 'atlassian' && !('emailAddress' in person));
    expect(hidden.length).toBeGreaterThan(5);
    expect(site.people[0]).toMatchObject({ active: true, accountType: 'atlassian', emailAddress: 'ada@example.com' });
  });

  it('has custom fields of every type, two of them under one name', () => {
    const custom = site.fields.filter((field) => field.custom);
    const kinds = new Set(custom.map(({ schema }) => schema.custom?.split(':')[1]));
    const wanted =
      'float textfield textarea select multiselect cascadingselect userpicker multiuserpicker datepicker datetime labels url multicheckboxes version ' +
      'grouppicker gh-sprint gh-lexo-rank gh-epic-link jsw-story-points';
    expect(wanted.split(' ').filter((kind) => !kinds.has(kind))).toEqual([]);
    const global = custom.filter(({ projectId }) => projectId === undefined).map(({ name }) => name);
    expect(repeated(global)).toEqual(['Story Points']);
  });

  it('runs one sprint per scrum board now, with closed ones behind and future ones ahead of the clock', () => {
    for (const board of site.boards.filter(({ type }) => type === 'scrum')) {
      const states = site.sprints.filter(({ boardId }) => boardId === board.id).map(({ state }) => state);
      expect(states.filter((state) => state === 'active')).toHaveLength(1);
      expect(states.toSorted()).toContain('closed');
    }
    const { now } = DEFAULT_SITE;
    const wrong = site.sprints.filter(({ state, start, end, complete }) => {
      const late = state === 'closed' && (complete ?? now) >= now;
      const early = state === 'future' && (start ?? now + 1) <= now;
      return late || early || (state === 'active' && !((start ?? now) < now && (end ?? now) > now));
    });
    expect(wrong).toEqual([]);
  });

  it('survives a site of one project and no groups', () => {
    const tiny = makeDirectory({ ...DEFAULT_SITE, projects: 1, boards: 4, groups: 0, users: 1, sprints: 3 });
    expect(tiny.boards.map(({ projectId }) => projectId)).toEqual(['10000', '10000', '10000', '10000']);
    expect(tiny.people).toHaveLength(1);
  });
});

function idLists(directory: Directory): string[][] {
  const { people, groups, projects } = directory;
  const lists = [directory.boards, directory.sprints, directory.fields, directory.statuses, directory.issueTypes];
  return [
    ...[...lists, projects].map((list) => list.map(({ id }) => id)),
    people.map(({ accountId }) => accountId),
    groups.map(({ groupId }) => groupId),
    projects.map(({ key }) => key),
    projects.flatMap(({ versions }) => versions.map(({ id }) => id)),
    projects.flatMap(({ components }) => components.map(({ id }) => id)),
  ];
}
