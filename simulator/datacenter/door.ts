/** Who may come in, and what every answer of a Data Center says about its rate limit. */

import type { IncomingHttpHeaders } from 'node:http';
import { type Credentials, callerOf } from '../access.js';
import type { Answer } from '../model.js';
import type { Match } from '../router.js';

export interface ServerDoor {
  /** Where this Jira begins on its host: empty, or such as `/jira`. */
  readonly contextPath: string;
  /** The path as the table of routes knows it; null for what is not below the context path. */
  routePath(path: string): string | null;
  /** The answer for whoever asks. @param match null for a path that no route has; `answer` then tells so. */
  admit(headers: IncomingHttpHeaders, match: Match | null, answer: () => Answer): Answer;
  tooMany(): Answer;
}

/** Failed logins of one name before its password is not even looked at; a login with a browser would clear it. */
const TRIES_BEFORE_CAPTCHA = 3;
const OPEN_TO_ALL = 'GET /rest/api/2/serverInfo';

/** @param contextPath such as `/jira`, or empty. */
export function serverDoor(contextPath: string, credentials: Credentials): ServerDoor {
  let failed = 0;
  return {
    contextPath,
    routePath(path) {
      if (!path.startsWith(`${contextPath}/`)) return null;
      return path.slice(contextPath.length).replace(/^\/rest\/api\/latest\//, '/rest/api/2/');
    },
    admit(headers, match, answer) {
      const byPassword = headers.authorization?.startsWith('Basic ') === true;
      if (byPassword && failed >= TRIES_BEFORE_CAPTCHA) return captcha(headers);
      const caller = callerOf(headers, credentials);
      if (caller === 'rejected') {
        if (byPassword) failed += 1;
        return unauthorized({ 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' });
      }
      if (caller === 'anonymous') {
        const open = match !== null && `${match.route.method} ${match.route.path}` === OPEN_TO_ALL;
        return open ? answer() : unauthorized({});
      }
      if (byPassword) failed = 0;
      const full = answer();
      return { ...full, headers: { ...LIMITS, 'x-ausername': credentials.email, ...full.headers } };
    },
    tooMany: () => ({
      status: 429,
      headers: { ...LIMITS, 'x-ratelimit-remaining': '0', 'retry-after': '1' },
      body: { errorMessages: ['Rate limit exceeded.'], errors: {} },
    }),
  };
}

/** A bucket of tokens per account; `retry-after` is 0 while there are any. */
const LIMITS = {
  'x-ratelimit-limit': '100',
  'x-ratelimit-remaining': '99',
  'x-ratelimit-interval-seconds': '1',
  'x-ratelimit-fillrate': '100',
  'retry-after': '0',
};

function unauthorized(headers: Record<string, string>): Answer {
  return {
    status: 401,
    headers: { 'www-authenticate': 'OAuth realm="jira"', ...headers },
    body: {
      errorMessages: ['You do not have the permission to see the specified issue.', 'Login Required'],
      errors: {},
    },
  };
}

function captcha(headers: IncomingHttpHeaders): Answer {
  const loginUrl = `http://${headers.host ?? '127.0.0.1'}/login.jsp`;
  return {
    status: 403,
    headers: {
      'x-seraph-loginreason': 'AUTHENTICATION_DENIED',
      'x-authentication-denied-reason': `CAPTCHA_CHALLENGE; login-url=${loginUrl}`,
    },
    body: { errorMessages: ['Login denied.'], errors: {} },
  };
}
