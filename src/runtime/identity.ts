/** Who we are to the site and what the site is: asked before anything else, because Jira answers 200 with no rows to a bad token. */
import { ConnectorError } from '../errors.js';
import type { HttpClient } from './http/client.js';
import { own } from './rows/path.js';

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

/** The credential check of connector.yaml. Version 2, because Data Center has no other and Cloud answers the same to both. */
export const MYSELF = '/rest/api/2/myself';
const SERVER_INFO = '/rest/api/2/serverInfo';
/** Label of these requests in counts and messages. */
export const CREDENTIAL_CHECK = 'credential check';

/** Two requests. @throws AuthError when the site does not take the credentials; ConnectorError when the answer is not Jira's. */
export async function identify(client: HttpClient): Promise<Identity> {
  const ask = (path: string) => client.request({ method: 'GET', path, repeatable: true, label: CREDENTIAL_CHECK });
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
  return {
    accountId,
    displayName: text(own(me.json, 'displayName')) ?? accountId,
    timeZone: text(own(me.json, 'timeZone')),
    deployment: deployment === 'Server' || deployment === 'DataCenter' ? deployment : 'Cloud',
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
