/** The way to the network: a proxy of the environment, and authorities of the settings. */
import { X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import { ConnectorError } from '../../core/errors.js';
import { readOrRefuse } from '../../core/files/read-or-refuse.js';
import { Secret } from '../../core/secret.js';
import type { Network } from '../../http/agent.js';
import type { ProxyAddress } from '../../http/proxy-login.js';
import { type EnvironmentSettings, readEnvironment } from './environment.js';
import type { Reading } from './settings-file.js';

/**
 * HTTPS_PROXY as an address; undefined when there is none, or when NO_PROXY is `*`.
 * @throws ConnectorError kind `usage` that shows nothing of it: it may hold a password
 */
export function proxyOf({ proxy: text, noProxy = '' }: EnvironmentSettings): ProxyAddress | undefined {
  if (text === undefined || noProxy === '*') return undefined;
  // Written without a scheme it is http, as for curl.
  const full = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : null;
  const login = url && loginOf(url);
  if (!url || !login || !/^https?:$/.test(url.protocol) || url.hostname === '')
    throw new ConnectorError(
      'usage',
      'HTTPS_PROXY must be http://[USER:PASSWORD@]HOST[:PORT] or https://…, with special characters of the password percent-encoded. SOCKS proxies are not supported.',
    );
  return { url: url.origin, ...login, exempt: noProxy };
}

/** Null for a login that is not percent-encoded as it should be. */
function loginOf({ username, password }: URL): Pick<ProxyAddress, 'username' | 'password'> | null {
  if (username === '' && password === '') return { username, password: undefined };
  try {
    return { username: decodeURIComponent(username), password: new Secret(decodeURIComponent(password)) };
  } catch {
    return null;
  }
}

/** The way to a server; undefined: straight, with the authorities that Node trusts. @param ca see Network */
export function networkOf(env: EnvironmentSettings, ca?: string): Network | undefined {
  const proxy = proxyOf(env);
  return proxy || ca !== undefined ? { proxy, ca } : undefined;
}

/** The same for a server of the settings. @param path of what its `tls:` stands in */
export function networkAt(
  tls: { readonly ca: string } | undefined,
  { file, env }: Reading,
  path: readonly PropertyKey[],
): Network | undefined {
  const ca = tls && readAuthorities(tls.ca, file.folder, file.at([...path, 'tls', 'ca']));
  return networkOf(readEnvironment(env), ca);
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * A bundle of PEM certificates. @param where `sync.yaml:12`
 * @throws ConnectorError kind `usage`: a file without certificates would be taken for "trust nobody", or for "trust all of them"
 */
function readAuthorities(path: string, folder: string, where: string): string {
  const file = resolve(folder, path);
  const text = readOrRefuse(file, `${where}: \`ca\`: the file ${file}`).toString('utf8');
  const blocks = text.match(BLOCK) ?? [];
  if (blocks.length > 0 && blocks.every(isCertificate)) return blocks.join('\n');
  throw new ConnectorError(
    'usage',
    `${where}: \`ca\`: the file ${file} must hold certificates as PEM, -----BEGIN CERTIFICATE----- and so on.`,
  );
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
