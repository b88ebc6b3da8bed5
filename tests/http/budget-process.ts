/** A process that shares its budget with others. */

import { Secret } from '../../src/core/secret.js';
import { basicAuth } from '../../src/http/authorizer.js';
import { createClient } from '../../src/http/client.js';
import { SharedBudget } from '../../src/http/throttle/shared-budget.js';
import { createThrottle } from '../../src/http/throttle/throttle.js';
import { get, LIMITS, watched } from '../helpers/http-client.js';

export const NAME = 'budget-of-tests';
export const redisAt = (port: number, password?: string) => ({
  host: '127.0.0.1',
  port,
  tls: false,
  database: 0,
  username: undefined,
  password: password === undefined ? undefined : new Secret(password),
});

export interface Task {
  readonly url: string;
  readonly email: string;
  readonly apiToken: string;
  readonly redisPort: number;
  readonly requests: number;
}

/** In the child: asks all at once, as a sync with many streams does. Returns when each request was sent. */
export async function askMany({ url, email, apiToken, redisPort, requests }: Task): Promise<readonly number[]> {
  const shared = new SharedBudget({ redis: redisAt(redisPort), name: NAME, requestsPerSecond: 5 });
  const { throttle, sent } = watched(createThrottle(5, undefined, { atOnce: 10, shared }));
  const client = createClient({ ...LIMITS, baseUrl: url, auth: basicAuth(email, new Secret(apiToken)), throttle });
  await Promise.all(Array.from({ length: requests }, () => client.request(get('/rest/api/3/myself'))));
  await client.close();
  await throttle.close();
  return sent;
}
