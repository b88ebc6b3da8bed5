/** Who asks: by a key in one of the three places where clients of Time Tracker for Jira put it. */
import type { IncomingMessage } from 'node:http';
import type { ServeKey } from '../app/settings/serve-keys.js';
import { KeyDigest } from '../core/key-digest.js';
import { Problem } from './problem.js';

export type Caller = Omit<ServeKey, 'digest'>;

/** On this machine, where no keys are set. Any page in a browser may send requests here, so that none can make us ask a site. */
const ANYBODY: Caller = {
  name: 'anybody',
  connections: null,
  limits: { projects: null, groups: null, restricted: false },
  mayAskSite: false,
  mayRefresh: false,
};

/** The name of the query parameter, and of the user in Basic. */
export const KEY_WORD = 'Apikey';

/** Null where none is shown. */
export function shownKey({ headers }: Pick<IncomingMessage, 'headers'>, query: URLSearchParams): string | null {
  const [, scheme = '', value = ''] = /^(\S+) +(\S+) *$/.exec(headers.authorization ?? '') ?? [];
  if (scheme.toLowerCase() === KEY_WORD.toLowerCase()) return value;
  if (scheme.toLowerCase() === 'basic') {
    const [user, ...key] = Buffer.from(value, 'base64').toString('utf8').split(':');
    if (user?.toLowerCase() === KEY_WORD.toLowerCase()) return key.join(':');
  }
  return query.get(KEY_WORD);
}

/** @throws Problem 401, the same for a missing and for a wrong key */
export function callerOf(keys: readonly ServeKey[], key: string | null): Caller {
  if (keys.length === 0) return ANYBODY;
  const shown = KeyDigest.of(key ?? '');
  // Every key is compared, whichever it is.
  const [caller] = keys.filter(({ digest }) => digest.equals(shown));
  if (caller) return caller;
  throw new Problem(
    401,
    `A key is needed: the header "Authorization: ${KEY_WORD} KEY", Basic with the user ${KEY_WORD}, or the parameter ${KEY_WORD}.`,
    { 'www-authenticate': 'Basic realm="connector"' },
  );
}

/** Whether all of the warehouse is shown to them. */
export const seesAll = ({ connections, limits }: Caller): boolean =>
  connections === null && limits.projects === null && limits.groups === null;
