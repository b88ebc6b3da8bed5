import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildRequest } from '../../../src/runtime/requests/build-request.js';

test('values go to path, query and body, each encoded for its place', () => {
  const template = {
    request: 'POST /rest/x/{id}',
    query: { a: ['1', '{id}'] },
    body: { jql: 'id = {id}', fields: ['{id}', 'k'], page: { n: 1 } },
  };
  expect(buildRequest(template, { id: 'a b' }, { 'body.maxResults': 5, 'query.startAt': 0 })).toEqual({
    method: 'POST',
    path: '/rest/x/a%20b',
    query: [
      ['a', '1'],
      ['a', 'a b'],
      ['startAt', '0'],
    ],
    body: { jql: 'id = a b', fields: ['a b', 'k'], page: { n: 1 }, maxResults: 5 },
  });
});

test('a page’s value replaces the template’s own instead of standing beside it', () => {
  const request = buildRequest(
    { request: 'GET /x', query: { since: '{since_ms}' } },
    { since_ms: '5' },
    { 'query.since': 9 },
  );
  expect(request.query).toEqual([['since', '9']]);
});

test('no value changes the path it is put into', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (id) => {
      let path: string;
      try {
        path = buildRequest({ request: 'GET /rest/{id}/end' }, { id }).path;
      } catch {
        return;
      }
      const url = new URL(path, 'https://site.example');
      expect(url.origin + url.pathname).toBe(`https://site.example${path}`);
      expect(url.pathname.split('/')).toHaveLength(4);
      expect(url.search + url.hash).toBe('');
    }),
  );
});

test.each(['', '.', '..'])('%j as a path segment is refused', (id) => {
  expect(() => buildRequest({ request: 'GET /rest/{id}' }, { id })).toThrow();
});

test('a placeholder nobody fills is an error, not the text "undefined"', () => {
  expect(() => buildRequest({ request: 'GET /rest/{id}' }, {})).toThrow(/\{id\}/);
});
