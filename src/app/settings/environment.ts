/** The only reader of the process's environment: everything else is handed what it needs. */

import type { Environment } from '../../core/environment.js';

export function processEnvironment(): Environment {
  // On Node 20 AWS's client would print seven lines about its future versions; the one in use is pinned and works.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  // Whatever we say of our own connections, a library's (AWS's, on its way to keys) would go without checking.
  delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  return process.env;
}

export type EnvironmentSettings = Readonly<ReturnType<typeof readEnvironment>>;

/** What the environment may say; empty variables count as absent. */
export function readEnvironment(env: Environment) {
  const value = (name: string) => env[name]?.trim() || undefined;
  return {
    /** A site's URL or its bare subdomain. */
    url: value('JIRA_URL'),
    email: value('JIRA_EMAIL'),
    apiToken: value('JIRA_API_TOKEN'),
    pat: value('JIRA_PAT'),
    warehouse: value('CONNECTOR_WAREHOUSE'),
    requestsPerSecond: value('CONNECTOR_REQUESTS_PER_SECOND'),
    /** Where this user keeps what can be made again; an absolute path, else it does not count. */
    cacheHome: value('XDG_CACHE_HOME'),
    /** Where this user keeps what must last; an absolute path, else it does not count. */
    stateHome: value('XDG_STATE_HOME'),
    /** The small letters come first, as for curl. It may hold a password. */
    proxy: value('https_proxy') ?? value('HTTPS_PROXY') ?? value('all_proxy') ?? value('ALL_PROXY'),
    /** Hosts that are reached without it. */
    noProxy: value('no_proxy') ?? value('NO_PROXY'),
    /** Where tests let the process die (`FP5:3:kill`); of no use otherwise. */
    failpoint: value('CONNECTOR_FAILPOINT'),
  };
}
