/** Asking a person for consent in a browser, and reading what the browser brings back (RFC 6749 section 4.1). */
import { ConnectorError } from '../../core/errors.js';

export interface ConsentRequest {
  /** The login host. */
  readonly login: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Must be the app's callback URL to the letter. */
  readonly redirectUri: string;
  /** A fresh random text: what does not bring it back was not asked for by us. */
  readonly state: string;
}

/** The address to open. No PKCE: Atlassian's apps have none, the client secret stands in its place. */
export function consentAddress({ login, clientId, scopes, redirectUri, state }: ConsentRequest): string {
  const url = new URL('/authorize', login);
  url.search = new URLSearchParams({
    audience: 'api.atlassian.com',
    client_id: clientId,
    scope: scopes.join(' '),
    redirect_uri: redirectUri,
    state,
    response_type: 'code',
    prompt: 'consent',
  }).toString();
  return url.href;
}

/** Whether an address, well or ill, answers the question that was asked with this state. */
export function answers(address: string, state: string): boolean {
  return URL.canParse(address) && new URL(address).searchParams.get('state') === state;
}

/**
 * The code in the address that the browser was sent to.
 * @throws ConnectorError kind `credentials` when there is none, or it answers another question.
 */
export function codeIn(address: string, state: string): string {
  const url = URL.canParse(address.trim()) ? new URL(address.trim()) : null;
  const refuse = (text: string) => new ConnectorError('credentials', `${text} Start the login again.`);
  if (!url) throw refuse('The whole address that the browser shows was expected, beginning with http://.');
  const { searchParams: given } = url;
  if (given.get('state') !== state) throw refuse('The address does not belong to this login (another `state`).');
  const said = given.get('error_description') ?? given.get('error');
  if (said !== null) throw refuse(`The consent was not given: ${said.slice(0, 200)}.`);
  const code = given.get('code');
  if (!code) throw refuse('The address holds no code.');
  return code;
}
