/** Where the proxy is and how to log in there. */
import { Secret } from '../core/secret.js';

export interface ProxyAddress {
  /** `http://host:port` or `https://host:port`. */
  readonly url: string;
  readonly username: string;
  /** Undefined when the proxy asks for no login. */
  readonly password: Secret | undefined;
  /** Hosts that are reached without it, as NO_PROXY lists them. */
  readonly exempt: string;
}

/** What `proxy-authorization` says; sent with CONNECT alone, so that the site never sees it (R-19). */
export function proxyLogin({ username, password }: ProxyAddress): string | undefined {
  if (password === undefined) return undefined;
  return `Basic ${Buffer.from(`${username}:${password.reveal()}`, 'utf8').toString('base64')}`;
}

/** The values that a text must not show: the password, and the pair as the header has it. */
export function proxySecrets(proxy: ProxyAddress): readonly Secret[] {
  const pair = proxyLogin(proxy)?.replace(/^Basic /, '');
  return proxy.password && pair ? [proxy.password, new Secret(pair)] : [];
}
