/** Which scopes hold which others: what a table was read under decides what is read again and what may be marked. */
import { expect, test } from 'vitest';
import { isWider, type Settings, type State, settingsHold, widerThan } from '../../../src/runtime/plan/bookmark.js';
import { EVERYTHING, type Project, Scopes, textOfProjects, textOfQuery } from '../../../src/runtime/plan/scopes.js';

const eng = { id: '10000', key: 'ENG' };
const ops = { id: '10001', key: 'OPS' };
const renamed = { ...eng, key: 'CORE' };
const one = textOfProjects([eng]);
const both = textOfProjects([eng, ops]);
const under = (...lists: readonly (readonly Project[])[]) =>
  new Scopes(
    lists.flatMap((projects) => projects.map((project) => ({ ...project, scope: textOfProjects(projects) }))),
    new Map([
      ['CORE', '10000'],
      ['ENG', '10000'],
      ['OPS', '10001'],
    ]),
  );
const all = under([eng], [ops], [eng, ops], [renamed], [renamed, ops]);

test('projects in another order are the same scope, others are not', () => {
  expect(textOfProjects([ops, eng])).toBe(both);
  expect(all.same(one, both)).toBe(false);
  expect([all.covers(both, one), all.covers(one, both)]).toEqual([true, false]);
});

test('a project under another key is the same scope, and is told', () => {
  const now = textOfProjects([renamed, ops]);
  expect(all.same(both, now)).toBe(true);
  expect(all.renamed(both, now)).toEqual(['10000']);
  expect(all.renamed(both, both)).toEqual([]);
});

test('a state of before the digests names projects by keys, present or former, and is understood', () => {
  const [old, wider] = ['project in ("ENG")', 'project in ("ENG", "OPS")'];
  expect(all.same(old, textOfProjects([renamed]))).toBe(true);
  expect(all.renamed(old, textOfProjects([renamed]))).toEqual(['10000']);
  expect(all.renamed(old, one)).toEqual([]);
  expect([all.covers(wider, one), all.covers(one, wider), all.same(wider, both)]).toEqual([true, false, true]);
  expect(all.covers(both, 'project in ("ENG", "GONE")')).toBe(false);
});

test('a digest that nobody remembers is neither the same nor covered', () => {
  const forgotten = textOfProjects([{ id: '10009', key: 'LOST' }]);
  expect([all.same(forgotten, one), all.covers(one, forgotten), all.covers(forgotten, one)]).toEqual([
    false,
    false,
    false,
  ]);
  expect([all.same(forgotten, forgotten), all.covers(EVERYTHING, forgotten)]).toEqual([true, true]);
});

test('a long query and 300 projects leave room in a state of 4 KB', () => {
  const query = `(${'labels = x OR '.repeat(300)}labels = y)`;
  expect(textOfQuery(query).length).toBeLessThan(100);
  expect(all.same(query, textOfQuery(query))).toBe(true);
  const many = Array.from({ length: 300 }, (_, at) => ({ id: String(10_000 + at), key: `PROJECT${at}` }));
  expect(textOfProjects(many).length).toBeLessThan(100);
});

const state = (scope: string, wider: State['wider'] = null): State => ({
  v: 1,
  site: 'https://acme.atlassian.net',
  account: 'a',
  bookmark: null,
  scope,
  start: 0,
  complete: true,
  seen: null,
  census: null,
  overlap: null,
  whole: null,
  wider,
});
const settings = (scope: string): Settings => ({ scope, scopes: all, start: 0, fullRefresh: false, people: null });

test('rows of a wider scope are remembered until a scope is read that holds them all', () => {
  expect(settingsHold(state('project in ("OPS", "ENG")'), settings(both))).toBe(true);
  expect(isWider(state(both), settings(one))).toBe(true);
  expect(widerThan(state(one, { scope: both, start: 0 }), settings(one))).toEqual({ scope: both, start: 0 });
  expect(isWider(state(one, { scope: both, start: 0 }), settings(both))).toBe(false);
  expect(isWider(state(one, { scope: 'project in ("ENG", "OPS")', start: 0 }), settings(EVERYTHING))).toBe(false);
  // Neither holds the other: everything, to be sure.
  expect(widerThan(state(one, { scope: textOfProjects([ops]), start: 0 }), settings(one))?.scope).toBe(EVERYTHING);
});
