/** Who we are to the site and what the site is: asked before anything else, because Jira answers 200 with no rows to a bad token. */

import type { Dialect } from '../../contract/dialect.js';
import { ConnectorError } from '../../core/errors.js';
import { own } from '../../core/json-path.js';
import type { HttpClient } from '../../http/client.js';
import { CREDENTIAL_CHECK, MYSELF } from '../../http/login-check.js';

export interface Identity {
  /** Account id on Cloud, user key on Data Center. */
  readonly accountId: string;
  readonly displayName: string;
  readonly timeZone: string | null;
  readonly deployment: 'Cloud' | 'Server' | 'DataCenter';
  readonly siteTitle: string | null;
  readonly version: string | null;
  /** The site's clock, epoch milliseconds. */
  readonly serverTime: number;
}

const SERVER_INFO = '/rest/api/2/serverInfo';

/** Two requests. @throws AuthError when the site does not take the credentials; ConnectorError when the answer is not Jira's. */
export async function identify(client: HttpClient): Promise<Identity> {
  const ask = (path: string) => client.request({ method: 'GET', path, repeatable: true, onBehalfOf: CREDENTIAL_CHECK });
  const me = await ask(MYSELF);
  const accountId = own(me.json, 'accountId') ?? own(me.json, 'key') ?? own(me.json, 'name');
  if (typeof accountId !== 'string' || accountId === '') {
    throw new ConnectorError(
      'credentials',
      'The site answered to the credential check, but not with an account. Check that the address is that of a Jira site.',
    );
  }
  const info = (await ask(SERVER_INFO)).json;
  const deployment = own(info, 'deploymentType');
  if (deployment === undefined && text(own(info, 'version')) === null)
    throw new ConnectorError(
      'failed',
      `The site does not say what it is: expected \`deploymentType\` or \`version\` from ${SERVER_INFO}. Run again later, else check that the address is that of a Jira site.`,
    );
  return {
    accountId,
    displayName: text(own(me.json, 'displayName')) ?? accountId,
    timeZone: text(own(me.json, 'timeZone')),
    // Servers before 7.8 do not name their deployment; a Cloud site always does.
    deployment: deployment === 'Cloud' || deployment === 'DataCenter' ? deployment : 'Server',
    siteTitle: text(own(info, 'serverTitle')),
    version: text(own(info, 'version')),
    serverTime: serverTime(me.headers.get('date')),
  };
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);

/** The `Date` header has whole seconds. Without one, our own clock is all there is. */
function serverTime(header: string | null): number {
  const parsed = header === null ? Number.NaN : Date.parse(header);
  return Number.isNaN(parsed) ? Date.now() : parsed;
}

export const dialectOf = (identity: Identity): Dialect => (identity.deployment === 'Cloud' ? 'cloud' : 'datacenter');
