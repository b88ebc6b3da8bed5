/** Addresses are built here only, and never leave the site they were given (I10). */
import { ConnectorError } from '../core/errors.js';

const LONE_SURROGATE = /\p{Cs}/u;

/**
 * One value as one path segment, percent-encoded.
 * @throws ConnectorError kind `failed` for the empty value, `.`, `..` and text that is not well-formed: they would change the path.
 */
export function encodeSegment(value: string): string {
  if (value === '' || value === '.' || value === '..' || LONE_SURROGATE.test(value)) {
    throw new ConnectorError(
      'failed',
      `The value ${JSON.stringify(value)} cannot be a part of an address; an id was expected.`,
    );
  }
  return encodeURIComponent(value);
}

/** Ids, and keys such as ENG or ENG-7. */
const ID = /\d|^[A-Z_]+$/;

/**
 * Method and shape of a path, `GET /rest/api/3/issue/{}/worklog`: what Jira counts its limits per second by.
 * The first three segments name the API and its version.
 */
export function endpointOf(method: string, path: string): string {
  const shape = path.split('/').map((segment, at) => (at > 3 && ID.test(segment) ? '{}' : segment));
  return `${method} ${shape.join('/')}`;
}

/** Spaces as `%20`: those who check signatures take `+` for itself. */
export function queryText(query: readonly (readonly [name: string, value: string])[]): string {
  return query.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
}

const PATH = /^(\/[A-Za-z0-9\-._~%!$&'()*+,;=:@]+)+$/;
const DOTS = /\/(\.|%2e){1,2}(\/|$)/i;

/**
 * The address of a request: the site's base address (origin and context path) plus an absolute path and its query.
 * @param path starts with `/` and is encoded already; never a full address, whatever a response proposed.
 * @throws ConnectorError kind `failed` when the path could lead anywhere but below the base.
 */
export function siteUrl(base: URL, path: string, query: readonly (readonly [string, string])[] = []): URL {
  const root = base.pathname.replace(/\/+$/, '');
  const url = new URL(base.origin);
  if (PATH.test(path) && !DOTS.test(path)) {
    url.pathname = root + path;
    url.search = queryText(query);
    if (url.origin === base.origin && url.pathname === root + path) return url;
  }
  throw new ConnectorError(
    'failed',
    'Refused to ask an address outside the site; a path such as /rest/api/3/myself was expected.',
    {
      detail: `path of ${path.length} characters beginning ${JSON.stringify(path.slice(0, 40))}`,
    },
  );
}
