/** Rows inside a parent's record: taken when they are all, never when they may not be. */
import { describe, expect, test } from 'vitest';
import { claimedPath, inlineRows, withAsks } from '../../../src/runtime/requests/inside.js';
import type { Route } from '../../../src/runtime/streams/stream-file.js';

const route = {
  name: 'inline',
  rows: 'fields.comment.comments[]',
  inside: {
    total: 'fields.comment.total',
    asks: { 'body.fields': { add: 'comment', drop: '-comment' }, 'body.expand': { add: 'changelog' } },
    rest: 'all',
  },
} as unknown as Route;
const issue = (comments: unknown, total: unknown) => ({ fields: { comment: { comments, total } } });

describe('inline rows', () => {
  test.each([
    ['all of them', issue([{ id: 1 }, { id: 2 }], 2), 2],
    ['more than the total', issue([{ id: 1 }, { id: 2 }], 1), 2],
    ['none, and none are told of', issue([], 0), 0],
    ['fewer than the total', issue([{ id: 1 }], 2), null],
    ['none, though some are told of', issue([], 253), null],
    ['a total that is text', issue([{ id: 1 }], '1'), null],
    ['no total', issue([{ id: 1 }], undefined), null],
    ['no list', issue(undefined, 0), null],
    ['a list that is null', issue(null, 0), null],
    ['an object for a list', issue({ id: 1 }, 1), null],
    ['nothing of the kind', {}, null],
  ])('%s', (_, record, count) => expect(inlineRows(route, record)?.length ?? null).toBe(count));
});

test('what holds the rows and their total belongs to the child', () => {
  expect(claimedPath(route)).toBe('fields.comment');
  expect(claimedPath({ rows: 'histories[]' } as Route)).toBe('histories[]');
});

describe('asking for rows inside', () => {
  const parent = (body: Record<string, unknown>) => ({ request: 'POST /search', body }) as never;
  test.each([
    ['a list', { fields: ['*all', '-comment'] }, { fields: ['*all', 'comment'], expand: 'changelog' }],
    ['a text', { fields: '*all,-comment' }, { fields: '*all,comment', expand: 'changelog' }],
    [
      'what is asked for already',
      { fields: ['comment'], expand: 'names,changelog' },
      { fields: ['comment'], expand: 'names,changelog' },
    ],
  ])('changes %s and nothing else', (_, before, after) => {
    const given = structuredClone(before);
    expect(withAsks(parent(given), [route]).body).toEqual(after);
    expect(given, 'the file stays as it is').toEqual(before);
  });
});
