/** The sites that a login may read. */
import { ConnectorError } from '../../core/errors.js';
import { own } from '../../core/json-path.js';
import type { HttpClient } from '../../http/client.js';

export interface AccessibleSite {
  readonly cloudId: string;
  readonly url: string;
}

/** One request. @param gateway a client of the gateway that is signed in */
export async function readAccessibleSites(gateway: HttpClient): Promise<readonly AccessibleSite[]> {
  const path = '/oauth/token/accessible-resources';
  const { json } = await gateway.request({ method: 'GET', path, repeatable: true, onBehalfOf: 'login' });
  return (Array.isArray(json) ? json : []).flatMap((site) => {
    const [cloudId, url] = [own(site, 'id'), own(site, 'url')];
    return typeof cloudId === 'string' && typeof url === 'string' ? [{ cloudId, url }] : [];
  });
}

/** @param url of the settings. @throws ConnectorError kind `credentials` naming the sites there are. */
export function pickSite(sites: readonly AccessibleSite[], url: string): AccessibleSite {
  const found = sites.find((site) => originOf(site.url) === originOf(url));
  if (found) return found;
  const others = [...new Set(sites.map((site) => site.url))].join(', ');
  throw new ConnectorError(
    'credentials',
    `The consent is not for ${url}, but for ${others || 'no site at all'}. Choose the site of the settings on the consent page, or correct \`url\`.`,
  );
}

const originOf = (url: string) => (URL.canParse(url) ? new URL(url).origin : url);
