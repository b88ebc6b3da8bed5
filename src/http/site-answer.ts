/** What a Jira site, its gateway or its login host answers: whose word it is, and what a refusal means there. */
import type { Response } from 'undici';
import { bodyOf, jsonOf, type Reading, redirectHost, refusalOf } from './answer.js';
import type { Judge } from './attempt.js';
import { AuthError, type HttpStatusError, ProtocolError, type Refusal, WrongSiteError } from './errors.js';
import type { Asked, HeaderBag } from './exchange.js';

const ADVICE: Readonly<Record<number, string>> = {
  401: 'The credentials are good, but the site does not let this account use this operation; ask a Jira administrator, or leave the stream out.',
  400: 'Look at the settings that go into the request (jql, projects), else report it.',
  403: 'Ask a Jira administrator for the permission, or leave the stream out.',
  404: 'It does not exist on this site, or this account may not see it.',
  408: 'A server on the way gave up waiting; run again later.',
  409: 'The site could not finish it now; run again later.',
  410: 'Atlassian has removed this address; a newer version of the connector is needed.',
  414: 'The request is too long; select fewer projects or shorten the jql.',
  429: 'The site limits the number of requests; lower `requests_per_second` or run again later.',
};

const SCOPE_ADVICE = 'The token lacks a scope that this needs; `connector check` lists the scopes of each connection.';

export function siteRefusal(status: number, sentence: string): Refusal {
  // The gateway says `Unauthorized; scope does not match` for a token that is good, but not for this.
  const missingScope = (status === 401 || status === 403) && /\bscopes?\b/i.test(sentence);
  const fault = status >= 500 ? 'The fault is on the side of the site; run again later.' : '';
  const advice = missingScope ? SCOPE_ADVICE : (ADVICE[status] ?? fault);
  return { kind: status === 429 ? 'later' : 'failed', advice, missingScope };
}

/** @param onHeaders told of every answer, whatever its status */
export function siteAnswer(reading: Reading, onHeaders: (headers: HeaderBag) => void): Judge {
  return async (asked, response) => {
    const { status, headers } = response;
    onHeaders(headers);
    const refused = () => refusalOf(reading, siteRefusal, asked, response);
    const refusal = status === 401 ? await refused() : null;
    if (refusal?.missingScope) throw refusal;
    refuseStrangers(asked, response, refusal);
    const encoding = headers.get('content-encoding') ?? '';
    if (encoding.includes(','))
      throw new ProtocolError(asked, 'it is encoded more than once', { detail: encoding.slice(0, 80) });
    if (!response.ok) throw refusal ?? (await refused());
    const type = (headers.get('content-type') ?? '').toLowerCase();
    if (/\bhtml\b/.test(type)) throw new WrongSiteError(asked, 'sent a web page instead of data');
    const bytes = await bodyOf(asked, response, reading.maxBytes);
    if (bytes.length > 0 && !/^application\/([a-z0-9.+-]+\+)?json\b/.test(type))
      throw new ProtocolError(asked, 'its content type is not JSON', {
        detail: `content-type ${type.slice(0, 80) || 'absent'}`,
      });
    const json = bytes.length === 0 && saysNothing(asked.method, status) ? null : jsonOf(asked, status, bytes);
    return { status, headers, json, bytes: bytes.length };
  };
}

/** Changes are answered without a body; an empty answer to a question is broken. */
const saysNothing = (method: string, status: number) =>
  method === 'PUT' || method === 'DELETE' || (method === 'POST' && (status === 201 || status === 204));

/** A site says so even of an operation that it then answers with 401, for want of a permission. */
const LOGIN_IS_GOOD = /^OK(, *OK)*$/;

/** Answers that show another identity or another site than ours, whatever their status. */
function refuseStrangers(asked: Asked, { status, headers }: Response, refusal: HttpStatusError | null): void {
  const login = headers.get('x-seraph-loginreason')?.toUpperCase() ?? '';
  const denied = headers.get('x-authentication-denied-reason')?.toUpperCase() ?? '';
  const detail = `status ${status}, x-seraph-loginreason ${login.replace(/[^A-Z_, ]/g, '?').slice(0, 80) || 'absent'}`;
  if (login.includes('AUTHENTICATION_DENIED') || denied.includes('CAPTCHA'))
    throw new AuthError(asked, 'captcha', detail);
  if (login.includes('AUTHENTICATED_FAILED'))
    throw new AuthError(asked, status === 401 ? 'rejected' : 'anonymous', detail);
  if (status === 401 && !asked.understood?.includes(status))
    throw new AuthError(asked, 'rejected', detail, LOGIN_IS_GOOD.test(login) ? refusal : null);
  if (status >= 300 && status < 400)
    throw new WrongSiteError(asked, `redirects to ${redirectHost(headers.get('location'))}`, detail);
}
