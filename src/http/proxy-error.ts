/** The proxy between us and the site is the trouble, not the site. */
import { HttpError } from './errors.js';
import type { Asked } from './exchange.js';

/** What the proxy answered to CONNECT, or why there was no answer. */
export type ProxyTrouble = { readonly status: number } | { readonly words: string; readonly tls: boolean };

export class ProxyError extends HttpError {
  override readonly name = 'ProxyError';

  /** @param proxy `http://host:port`, without its login */
  constructor(asked: Asked, proxy: string, trouble: ProxyTrouble) {
    const { kind = 'failed', what, again = 'never' } = verdict(asked, trouble);
    super(kind, asked, `cannot be reached through the proxy ${proxy}: ${what}`, again, 'unseen');
  }
}

interface Verdict {
  readonly what: string;
  readonly kind?: 'usage';
  readonly again?: 'often';
}

function verdict({ host }: Asked, trouble: ProxyTrouble): Verdict {
  if ('words' in trouble) {
    if (trouble.tls)
      return {
        what: `it has no trustworthy certificate. For a company's own certificate authority set NODE_EXTRA_CA_CERTS.`,
      };
    return { what: `${trouble.words}. Check HTTPS_PROXY, or list ${host} in NO_PROXY.`, again: 'often' };
  }
  const { status } = trouble;
  if (status === 407)
    return {
      kind: 'usage',
      what: 'it wants another login (407). Put user and password into HTTPS_PROXY, http://USER:PASSWORD@HOST:PORT.',
    };
  if (status >= 500)
    return { what: `it could not connect (${status}). Check the address of the site.`, again: 'often' };
  return { what: `it refused to connect (${status}). Ask for ${host} to be allowed there, or list it in NO_PROXY.` };
}
