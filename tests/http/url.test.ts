import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeSegment, endpointOf, siteUrl } from '../../src/http/url.js';

const BASE = new URL('https://acme.example/jira/');

describe('siteUrl', () => {
  test('keeps the context path and encodes the query', () => {
    const url = siteUrl(BASE, '/rest/api/3/search', [
      ['jql', 'project = "Ä&B" #1'],
      ['a b', '+'],
    ]);
    expect(url.href).toBe(
      'https://acme.example/jira/rest/api/3/search?jql=project%20%3D%20%22%C3%84%26B%22%20%231&a%20b=%2B',
    );
  });

  test.each([
    'https://evil.example/x',
    '//evil.example/x',
    '/\\evil.example',
    'file:///etc/passwd',
    '/a/../b',
    '/a/%2e%2E/b',
    '/a/.',
    '/a//b',
    '/a?b',
    '/a#b',
    '/a b',
    '/a\nb',
    '@evil.example',
    '',
    '/',
  ])('I10: R-37: an address that could leave the site is refused: %j', (path) => {
    expect(() => siteUrl(BASE, path)).toThrow('outside the site');
  });

  test('I10: R-71: no id changes host, path prefix or number of segments', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (id) => {
        let segment: string;
        try {
          segment = encodeSegment(id);
        } catch {
          return;
        }
        const url = siteUrl(BASE, `/rest/api/3/issue/${segment}/comment`);
        expect(url.origin).toBe(BASE.origin);
        expect(url.pathname.split('/').length).toBe('/jira/rest/api/3/issue/x/comment'.split('/').length);
        expect(decodeURIComponent(url.pathname.split('/')[6] ?? '')).toBe(id);
      }),
    );
  });

  test.each(['', '.', '..', '\ud800'])('I10: R-71: %j is no path segment', (id) => {
    expect(() => encodeSegment(id)).toThrow('cannot be a part of an address');
  });
});

test.each([
  ['/rest/api/3/issue/10001/worklog', 'GET /rest/api/3/issue/{}/worklog'],
  ['/rest/api/3/issue/ENG-7/worklog', 'GET /rest/api/3/issue/{}/worklog'],
  ['/rest/api/3/project/ENG/versions', 'GET /rest/api/3/project/{}/versions'],
  ['/rest/api/3/workflow/c6c7e6b0-19c4-4516-9a47-93f76124d4d4', 'GET /rest/api/3/workflow/{}'],
  ['/rest/agile/1.0/board/84/sprint', 'GET /rest/agile/1.0/board/{}/sprint'],
  ['/rest/api/3/search/jql', 'GET /rest/api/3/search/jql'],
])('addresses that share a limit share a name: %s', (path, endpoint) => {
  expect(endpointOf('GET', path)).toBe(endpoint);
});
