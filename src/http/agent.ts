/** The connections to the network: straight, or through a proxy; and whose certificates are trusted there. */
import { Agent, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import { type ProxyAddress, proxyLogin } from './proxy-login.js';

export interface Network {
  readonly proxy?: ProxyAddress | undefined;
  /** PEM certificates of the only authorities that are trusted for the site; default: those of Node. */
  readonly ca?: string | undefined;
}

/** Milliseconds. */
export interface Timeouts {
  readonly connect: number;
  readonly headers: number;
  /** Between two pieces of a body. */
  readonly body: number;
  /** Everything, from sending to the last byte. */
  readonly attempt: number;
}

/** More than the throttle lets be under way: a request that has its turn must not wait for a connection. */
const CONNECTIONS = 16;
/** What runs on this machine is never asked of a proxy, which would look for it on its own. */
const THIS_MACHINE = ['localhost', '127.0.0.1', '[::1]'];
/** Said, not left to the default: NODE_TLS_REJECT_UNAUTHORIZED=0 would turn that off. */
const CHECKED = { rejectUnauthorized: true };

/** The proxy itself is the trouble: it cannot be reached, or does not connect us. */
export class ProxyFault extends Error {
  override readonly name = 'ProxyFault';

  constructor(
    /** `http://host:port` */
    readonly proxy: string,
    /** What it answered to CONNECT; undefined when no answer came. */
    readonly status: number | undefined,
    cause?: unknown,
  ) {
    super(`proxy ${proxy}`, { cause });
  }

  get code(): string {
    return `PROXY_${this.status ?? 'UNREACHABLE'}`;
  }
}

/** To be closed by the caller. `http:` addresses, which are of this machine, are never asked of the proxy. */
export function createAgent({ proxy, ca }: Network = {}, timeouts: Timeouts): Dispatcher {
  const connect = { ...CHECKED, timeout: timeouts.connect, ...(ca === undefined ? {} : { ca }) };
  const limits = { connections: CONNECTIONS, headersTimeout: timeouts.headers, bodyTimeout: timeouts.body };
  if (!proxy) return new Agent({ ...limits, connect });
  return new EnvHttpProxyAgent({
    ...limits,
    connect,
    // Given as empty: left out, it would be looked for in the process's environment.
    httpProxy: '',
    httpsProxy: proxy.url,
    noProxy: [proxy.exempt, ...THIS_MACHINE].join(','),
    token: proxyLogin(proxy),
    requestTls: connect,
    proxyTls: { ...CHECKED, timeout: timeouts.connect },
    // A proxy that takes a connection and says nothing must not keep it for the five minutes that are usual.
    clientFactory: (url, options) => new ProxyDoor(url, { ...options, headersTimeout: timeouts.connect }),
  });
}

type ConnectOptions = Omit<Dispatcher.ConnectOptions, 'origin'>;
type ConnectCallback = (error: Error | null, data: Dispatcher.ConnectData) => void;

/** Says of every failure that it is the proxy's. Undici alone would try a proxy that hangs up again and again without a pause. */
class ProxyDoor extends Pool {
  readonly #url: string;

  constructor(url: URL, options: Pool.Options) {
    super(url, options);
    this.#url = url.origin;
  }

  override connect(options: ConnectOptions): Promise<Dispatcher.ConnectData>;
  override connect(options: ConnectOptions, callback: ConnectCallback): void;
  override connect(options: ConnectOptions, callback?: ConnectCallback): unknown {
    return callback ? super.connect(options, callback) : this.#connect(super.connect(options));
  }

  async #connect(asked: Promise<Dispatcher.ConnectData>): Promise<Dispatcher.ConnectData> {
    const answer = await asked.catch((cause: unknown) => {
      throw new ProxyFault(this.#url, undefined, cause);
    });
    if (answer.statusCode === 200) return answer;
    answer.socket.on('error', () => undefined).destroy();
    throw new ProxyFault(this.#url, answer.statusCode);
  }
}
