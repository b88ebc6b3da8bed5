/** `connector serve`: answers over HTTP until it is told to end. */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import type { Connection } from '../../app/settings/config.js';
import { SERVE_KEY_NAME } from '../../app/settings/serve-schema.js';
import { ConnectorError, EXIT } from '../../core/errors.js';
import { readOrRefuse } from '../../core/files/read-or-refuse.js';
import { KeyDigest } from '../../core/key-digest.js';
import { isLoopback } from '../../core/loopback.js';
import { keepingAnswers } from '../../serve/asked-sites.js';
import { Lanes } from '../../serve/lanes.js';
import { Looks } from '../../serve/look.js';
import { Refreshes } from '../../serve/refresh.js';
import { type ServeOptions, startServer } from '../../serve/server.js';
import { syncProcess } from '../../serve/sync-process.js';
import type { Action } from '../command.js';
import type { Context } from '../context.js';
import { measuredOf } from '../measured.js';

interface Options {
  readonly listen: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly behindProxy?: true;
  readonly newKey?: string;
}

/** DuckDB uses every core for one. */
const QUERIES_AT_ONCE = 2;
const PATIENCE_MS = 60_000;

export const run: Action<Options> = async (context, _args, options) => {
  if (options.newKey !== undefined) return newKey(context, options.newKey);
  const { keys } = context.serve();
  const listen = listenOptions(context, options, keys.length > 0);
  const { config, warehouse: place } = context.options;
  const globals = [
    ...(config === undefined ? [] : ['--config', config]),
    ...(place === undefined ? [] : ['--warehouse', place]),
  ];
  const [warehouse, labels] = [context.warehouse(), context.labels()];
  const house = {
    ...{ warehouse, labels, looks: new Looks(warehouse, labels, context.log) },
    keys,
    connections: (names: readonly string[]) => sitesOf(context, names),
    askSites: keepingAnswers(context),
    measured: measuredOf(context),
    lanes: new Lanes(QUERIES_AT_ONCE, PATIENCE_MS),
    refreshes: new Refreshes(syncProcess(globals, { ...context, cwd: context.io.cwd }), context),
  };
  const server = await startServer(listen, house, context);
  context.log.info(`Listening at ${server.url} until Ctrl-C.`);
  if (keys.length === 0)
    context.log.info('No keys are set: whoever is on this machine may ask. connector serve --new-key NAME makes one.');
  await new Promise<void>((end) => {
    if (context.signal.aborted) end();
    context.signal.addEventListener('abort', () => end(), { once: true });
  });
  await server.close();
  return EXIT.ok;
};

/** What the settings lack is for the log, and not for those who ask. @throws ConnectorError kind `later` */
function sitesOf(context: Context, names: readonly string[]): readonly Connection[] {
  const { connections, stopped } = context.config(names);
  for (const { name, error } of stopped) context.log.error(`${name} cannot be asked: ${error.message}`);
  if (stopped.length === 0) return connections;
  throw new ConnectorError(
    'later',
    'Some sites cannot be asked now, so the answer would not be whole. The log of the server says which.',
  );
}

/** @throws ConnectorError kind `usage` for what would show worklogs to a whole network */
function listenOptions(
  { io: { cwd } }: Context,
  { listen, tlsCert, tlsKey, behindProxy }: Options,
  hasKeys: boolean,
): ServeOptions {
  const [, host = '', digits = ''] = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(listen) ?? [];
  const port = Number(digits);
  if (host === '' || port > 65_535)
    throw new ConnectorError('usage', `--listen ${listen} is no address; expected one such as 127.0.0.1:8080.`);
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    throw new ConnectorError('usage', '--tls-cert and --tls-key go together.');
  const plain = host.replace(/^\[|\]$/g, '');
  const isHere = isLoopback(plain);
  if (!hasKeys && (!isHere || behindProxy))
    throw new ConnectorError(
      'usage',
      `${isHere ? '--behind-proxy' : `--listen ${listen}`} lets others than this machine ask, and there are no keys: connector serve --new-key NAME makes one for \`serve:\` in the settings.`,
    );
  if (!isHere && tlsCert === undefined && !behindProxy)
    throw new ConnectorError(
      'usage',
      `--listen ${listen} would send keys and worklogs in clear: add --tls-cert and --tls-key, or --behind-proxy where a proxy speaks TLS.`,
    );
  const textOf = (file: string, flag: string) => readOrRefuse(resolve(cwd, file), `${flag} ${file}`).toString('utf8');
  const tls =
    tlsCert === undefined || tlsKey === undefined
      ? undefined
      : { cert: textOf(tlsCert, '--tls-cert'), key: textOf(tlsKey, '--tls-key') };
  return { host: plain, port, tls, behindProxy: behindProxy === true };
}

/** The key is shown this once; the settings hold its digest, by which nobody can ask. */
function newKey(context: Context, name: string): number {
  if (!SERVE_KEY_NAME.test(name))
    throw new ConnectorError('usage', `--new-key ${name} is no name: small letters, digits, - and _, such as finance.`);
  const key = randomBytes(32).toString('base64url');
  context.print(
    [
      `Key of ${name}, shown this once: ${key}`,
      'For sync.yaml:',
      'serve:',
      '  keys:',
      `    - name: ${name}`,
      `      sha256: "${KeyDigest.of(key).hex}"`,
    ].join('\n'),
  );
  return EXIT.ok;
}
