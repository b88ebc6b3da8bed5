import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sprintOf } from '../../../src/runtime/rows/sprint-text.js';

const CLASS = 'com.atlassian.greenhopper.service.sprint.Sprint@1f39e18d';
const START = '2015-11-03T10:22:31.142+01:00';
const END = '2015-11-17T10:22:00.000Z';

/** The orders in which versions of Jira write the members. */
const WRITERS = {
  'goal last': (name: string, goal: string) =>
    `${CLASS}[id=37,rapidViewId=1,state=CLOSED,name=${name},startDate=${START},endDate=${END},completeDate=<null>,sequence=37,goal=${goal}]`,
  'goal after the name': (name: string, goal: string) =>
    `${CLASS}[id=37,rapidViewId=1,state=CLOSED,name=${name},goal=${goal},startDate=${START},endDate=${END},completeDate=<null>,sequence=37]`,
  'sorted by name': (name: string, goal: string) =>
    `${CLASS}[activatedDate=${START},autoStartStop=false,completeDate=<null>,endDate=${END},goal=${goal},id=37,incompleteIssuesDestinationId=<null>,name=${name},rapidViewId=1,sequence=37,startDate=${START},state=CLOSED,synced=false]`,
};
const orders = Object.entries(WRITERS);

test.each(orders)('a sprint written with %s is the object that a site sends today', (_, write) => {
  expect(sprintOf(write('a, b=c [x]', 'ship it, all=of [it]'))).toMatchObject({
    id: '37',
    boardId: '1',
    state: 'closed',
    name: 'a, b=c [x]',
    goal: 'ship it, all=of [it]',
    startDate: START,
    endDate: END,
    sequence: '37',
  });
});

test.each(orders)('with %s, <null> is nothing, and an empty goal is an empty text', (_, write) => {
  expect(Object.keys(sprintOf(write('x', '<null>')) ?? {})).not.toContain('goal');
  expect(Object.keys(sprintOf(write('x', '<null>')) ?? {})).not.toContain('completeDate');
  expect(sprintOf(write('x', ''))?.goal).toBe('');
});

test.each(orders)('with %s, a name that reads like members is a name', (_, write) => {
  for (const name of ['x,state=ACTIVE', 'a,id=5,sequence=9', `until,endDate=${START}`, 'two\nlines]'])
    expect(sprintOf(write(name, 'be done'))).toMatchObject({
      id: '37',
      state: 'closed',
      name,
      goal: 'be done',
      sequence: '37',
    });
});

test.each(
  orders,
)('with %s, any name and goal without commas comes back, brackets and equals signs included', (_, write) => {
  const text = fc.string({ unit: 'grapheme' }).filter((one) => !one.includes(',') && one !== '<null>');
  fc.assert(
    fc.property(text, text, (name, goal) => {
      expect(sprintOf(write(name, goal))).toMatchObject({ id: '37', state: 'closed', name, goal });
    }),
  );
});

test('older versions know no goal', () => {
  const sent = `${CLASS}[id=3,rapidViewId=<null>,state=FUTURE,name=Sprint 3,startDate=<null>,endDate=<null>,completeDate=<null>,sequence=3]`;
  expect(sprintOf(sent)).toEqual({ id: '3', state: 'future', name: 'Sprint 3', sequence: '3' });
});

test.each([
  '',
  'Sprint 3',
  `${CLASS}[]`,
  `${CLASS}[id=3`,
  `${CLASS}[name=only]`,
  '[id=1,name=x]',
])('%j is no sprint', (text) => {
  expect(sprintOf(text)).toBeNull();
});

test('a text of many members that are none takes no time to speak of', () => {
  const name = ',state=ACTIVE,goal=x'.repeat(20_000);
  expect(sprintOf(WRITERS['goal after the name'](name, 'g'))).not.toBeNull();
});
