import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSiteUrl } from '../../../src/app/settings/site-url.js';

describe('site URLs', () => {
  test.each([
    ['acme', 'https://acme.atlassian.net'],
    ['https://acme.atlassian.net/', 'https://acme.atlassian.net'],
    ['https://jira.example.org:8443/jira/', 'https://jira.example.org:8443/jira'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://localhost:8080', 'http://localhost:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('%s is %s', (text, url) => expect(parseSiteUrl(text)).toEqual({ url }));

  test.each([
    'http://acme.atlassian.net',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'http://10.0.0.1',
    'http://[::ffff:7f00:1]',
    'https://user@acme.atlassian.net',
    'https://@acme.atlassian.net',
    'https://acme.atlassian.net\\@evil.example?',
    'https://acme.atlassian.net/?x=1',
    'https://acme.atlassian.net/#x',
    'https://acme.atlassian.net./',
    'ftp://acme.atlassian.net',
    'javascript:alert(1)',
    'acme.atlassian.net',
    'https://',
    '',
  ])('%s is refused', (text) => expect(parseSiteUrl(text)).toHaveProperty('refused'));

  test.each([
    ['https://acme.atlassian.net/browse/ABC-1', 'https://acme.atlassian.net'],
    ['https://acme.atlassian.net/jira/software/projects/ABC/boards/1?x=1', 'https://acme.atlassian.net'],
    ['https://acme.atlassian.net/jira/your-work', 'https://acme.atlassian.net'],
    ['https://jira.example.org/jira/secure/Dashboard.jspa', 'https://jira.example.org/jira'],
    ['https://jira.example.org/rest/api/3', 'https://jira.example.org'],
    ['https://jira.example.org/projects/ABC/summary#x', 'https://jira.example.org'],
  ])('the address of a page is not taken for a site: %s names %s as the part to keep', (text, kept) => {
    expect(parseSiteUrl(text)).toEqual({ refused: expect.stringContaining(`keep only ${kept}.`) });
    expect(parseSiteUrl(kept)).toEqual({ url: kept });
  });

  test('no accepted URL sends a credential in clear over a network, or carries one', () => {
    const text = fc.oneof(
      fc.webUrl({ withQueryParameters: true, withFragments: true, validSchemes: ['http', 'https'] }),
      fc.string(),
    );
    fc.assert(
      fc.property(text, (input) => {
        const site = parseSiteUrl(input);
        if ('refused' in site) return;
        const url = new URL(site.url);
        expect(url.protocol === 'https:' || /^(localhost|\[::1\]|127\..*)$/.test(url.hostname)).toBe(true);
        expect(url.username + url.password + url.search + url.hash).toBe('');
      }),
    );
  });
});
