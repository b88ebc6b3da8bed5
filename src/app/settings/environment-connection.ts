/** The one connection that environment variables describe; it is called `jira`. */
import { ConnectorError } from '../../core/errors.js';
import { Secret } from '../../core/secret.js';
import { type Connection, type Credentials, plainConnection } from './config.js';
import type { EnvironmentSettings } from './environment.js';
import { networkOf } from './network.js';
import { controlTrouble, headerTrouble } from './secrets.js';
import { parseSiteUrl } from './site-url.js';

/** @throws ConnectorError kind `usage` that says which variable to set. */
export function connectionFromEnvironment(env: EnvironmentSettings): Connection {
  if (env.url === undefined)
    throw new ConnectorError(
      'usage',
      'No site to read. Set JIRA_URL, JIRA_EMAIL and JIRA_API_TOKEN (Data Center: JIRA_URL and JIRA_PAT), or write a sync.yaml. `connector demo` needs none of it.',
    );
  const site = parseSiteUrl(env.url);
  if ('refused' in site) throw new ConnectorError('usage', `JIRA_URL ${site.refused}`);
  const [auth, network] = [credentialsFrom(env), networkOf(env)];
  return plainConnection({ name: 'jira', url: site.url, auth, network, requestsPerSecond: rateOf(env) });
}

function credentialsFrom(env: EnvironmentSettings): Credentials {
  if (env.pat !== undefined && env.apiToken !== undefined)
    throw new ConnectorError(
      'usage',
      'JIRA_PAT and JIRA_API_TOKEN are both set. Unset the one that is not for this site.',
    );
  if (env.pat !== undefined) return { type: 'pat', token: checked('JIRA_PAT', env.pat, headerTrouble(env.pat)) };
  if (env.email !== undefined && env.apiToken !== undefined)
    return { type: 'basic', email: env.email, apiToken: checked('JIRA_API_TOKEN', env.apiToken, null) };
  const missing =
    env.apiToken === undefined
      ? env.email === undefined
        ? 'JIRA_EMAIL and JIRA_API_TOKEN'
        : 'JIRA_API_TOKEN'
      : 'JIRA_EMAIL';
  throw new ConnectorError('usage', `JIRA_URL is set, but not ${missing} (Data Center: JIRA_PAT).`);
}

/** Found out now: the first request would fail with words of a library. */
function checked(name: string, value: string, trouble: string | null): Secret {
  const why = controlTrouble(value) ?? trouble;
  if (why !== null) throw new ConnectorError('usage', `${name}: ${why}`);
  return new Secret(value);
}

/** CONNECTOR_REQUESTS_PER_SECOND, checked. */
export function rateOf(env: EnvironmentSettings): number | undefined {
  if (env.requestsPerSecond === undefined) return undefined;
  const rate = Number(env.requestsPerSecond);
  if (!(rate > 0 && rate <= 100))
    throw new ConnectorError('usage', 'CONNECTOR_REQUESTS_PER_SECOND must be a number above 0 and at most 100.');
  return rate;
}
