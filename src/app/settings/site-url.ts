/** Which addresses a credential may be sent to: https anywhere, http on this machine alone. */
import { ConnectorError } from '../../core/errors.js';
import { isLoopback } from '../../core/loopback.js';

/** A site's address without a trailing slash, or why it is refused (a sentence that goes after "the site URL"). */
export type SiteUrl = { readonly url: string } | { readonly refused: string };

const SUBDOMAIN = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** What addresses of pages and of the API begin with, after the site's own: people paste what the browser shows. */
const PAGE =
  /\/(browse|jira\/(software|core|servicedesk|your-work|people|projects|dashboards|filters|for-you|plans)|secure|rest|projects|issues|servicedesk|plugins|wiki)(\/|$)/;

/** Accepts `acme`, `https://acme.atlassian.net`, `https://jira.example.org/context`, `http://127.0.0.1:8080`. */
export function parseSiteUrl(text: string): SiteUrl {
  const trimmed = text.trim();
  if (SUBDOMAIN.test(trimmed)) return { url: `https://${trimmed.toLowerCase()}.atlassian.net` };
  if (!/^https?:\/\//i.test(trimmed)) return { refused: 'must start with https:// (or be the bare subdomain).' };
  // Read from the text, not from URL: `https://a@b` and `https://@b` must both be refused.
  const authority = trimmed.replace(/^https?:\/\//i, '').split(/[/?#\\]/, 1)[0] ?? '';
  if (authority.includes('@')) return { refused: 'must not hold a user name or password; put them under auth.' };
  const url = URL.canParse(trimmed) ? new URL(trimmed) : null;
  if (url === null) return { refused: 'is not a valid URL.' };
  const page = PAGE.exec(url.pathname);
  if (page) {
    const kept = `${url.origin}${url.pathname.slice(0, page.index)}`;
    return { refused: `is the address of a page or of the API; keep only ${kept}.` };
  }
  if (/[?#]/.test(trimmed)) return { refused: 'must end after the host or its context path, without ? or #.' };
  if (url.hostname.endsWith('.')) return { refused: 'must not end its host name with a dot.' };
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    return { refused: 'must be https; http is accepted for this machine (loopback) alone.' };
  return { url: `${url.origin}${url.pathname.replace(/\/+$/, '')}` };
}

/** @param what begins the message: file, line and setting. @throws ConnectorError kind `usage` for what credentials and rows must not travel to */
export function refuseOpen(address: string, what: string): void {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url && (url.username !== '' || url.password !== ''))
    throw new ConnectorError(
      'usage',
      `${what} must not hold a user name or password; put them where the settings have a place for them.`,
    );
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))) return;
  throw new ConnectorError(
    'usage',
    `${what} must begin with https:// (http:// is for addresses of this machine alone).`,
  );
}
