/** `connector auth login`: consent of a person to an OAuth 2.0 app, kept for the runs to come. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Connection, OAuthCredentials } from '../app/settings/config.js';
import { ConnectorError, EXIT } from '../core/errors.js';
import { KnownSecrets } from '../core/known-secrets.js';
import { GrantRefused } from '../http/auth/token-endpoint.js';
import { loginText, type Tokens } from '../http/auth/tokens.js';
import { bearerAuth } from '../http/authorizer.js';
import { pickSite, readAccessibleSites } from '../runtime/auth/accessible-sites.js';
import { answers, codeIn, consentAddress } from '../runtime/auth/consent.js';
import { atlassianHosts } from '../runtime/auth/gateway.js';
import { scopesFor } from '../runtime/streams/scopes.js';
import { type Callback, listenForCallback, pastedCallback } from './callback.js';
import type { Action, Registration } from './command.js';
import type { Context } from './context.js';
import { endpointOf } from './credentials.js';
import { wholeNumber } from './simulate.js';
import { type Clients, SiteClients } from './site-client.js';
import { TokenFile } from './token-file.js';

interface Options {
  readonly connection?: string;
  readonly paste?: true;
  readonly port: number;
}

type OAuthConnection = Connection & { readonly auth: OAuthCredentials };

/** Part of the callback URL that the app must know to the letter, hence always the same. */
const PORT = 47_018;

const login: Action<Options> = async (context, _args, { connection: name, paste, port }) => {
  const connection = oauthConnection(context.config(name === undefined ? [] : [name]).connections, name);
  const callback = paste ? pastedCallback(port, context.io.stdin) : await listenForCallback(port);
  try {
    const code = await consent(context, connection, callback, paste === true);
    const clients = new SiteClients(context.manifest(), context.log, context.io.signal).clientsFor(connection);
    await keep(context, connection, clients, code, callback.redirectUri).finally(() => clients.close());
  } finally {
    callback.close();
  }
  return EXIT.ok;
};

export const registerAuth: Registration = (program, run) => {
  const auth = program.command('auth').summary('signing in to Jira Cloud with OAuth 2.0');
  auth
    .command('login')
    .summary('asks for consent in a browser and keeps the tokens')
    .option('--connection <name>', 'which connection, when several use OAuth')
    .option('--paste', 'for machines without a browser: open the address elsewhere and paste where it ends up')
    .option('--port <number>', "port on 127.0.0.1 that the app's callback URL names", wholeNumber(0, 65_535), PORT)
    .action(run(login));
};

function oauthConnection(connections: readonly Connection[], name: string | undefined): OAuthConnection {
  const found = connections.filter((one): one is OAuthConnection => one.auth.type === 'oauth');
  const [first, ...others] = found;
  if (first && others.length === 0) return first;
  throw new ConnectorError(
    'usage',
    first
      ? `Several connections use OAuth: ${found.map((one) => one.name).join(', ')}. Name one with --connection.`
      : `${name === undefined ? 'No connection' : `The connection ${name} does not`} use \`auth: { type: oauth }\`; there is nothing to sign in to.`,
  );
}

async function consent(context: Context, connection: OAuthConnection, callback: Callback, paste: boolean) {
  const registry = context.registry();
  const byProjects = connection.scope !== undefined && 'projects' in connection.scope;
  const streams = connection.streams ?? registry.enabled('oauth').map(({ stream }) => stream);
  const state = randomBytes(24).toString('base64url');
  const address = consentAddress({
    login: atlassianHosts(connection.url).login,
    clientId: connection.auth.clientId,
    // The last one is what makes the login outlive the hour.
    scopes: [...scopesFor(registry, streams, byProjects), 'offline_access'],
    redirectUri: callback.redirectUri,
    state,
  });
  context.print(`Open this address in a browser and choose ${connection.url}:\n\n${address}\n`);
  if (paste) context.print('The browser then shows a page that cannot be loaded. Paste its whole address here:');
  else if (context.io.stdout.isTTY) openBrowser(address);
  return codeIn(await callback.address(context.io.signal, (one) => answers(one, state)), state);
}

/** The address is printed as well, so a machine without such a program loses nothing. */
function openBrowser(address: string): void {
  const program = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(program, [address], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

async function keep(
  context: Context,
  connection: OAuthConnection,
  clients: Clients,
  code: string,
  redirectUri: string,
) {
  const { auth, url } = connection;
  const secrets = new KnownSecrets(auth.clientSecret);
  context.log.keepOut(secrets.redact);
  const tokens = await exchanged(endpointOf(auth, url, secrets, clients.make).exchange(code, redirectUri));
  const gateway = clients.make({ baseUrl: atlassianHosts(url).gateway, auth: bearerAuth(tokens.access) });
  const { cloudId } = pickSite(await readAccessibleSites(gateway), url);
  const store = new TokenFile(auth.tokenFile);
  // A sync that renews the old login at this moment must not write it over the new one.
  await store.exclusively(() => store.write(loginText({ clientId: auth.clientId, cloudId, tokens })));
  context.print(`Signed in to ${url}. The tokens are kept in ${store.place}, which only you can read.`);
}

async function exchanged(answer: Promise<Tokens>): Promise<Tokens> {
  const tokens = await answer.catch((error: unknown) => {
    if (!(error instanceof GrantRefused)) throw error;
    throw new ConnectorError(
      'credentials',
      `Atlassian does not give out tokens (it says: ${error.message}). Check client_id, client_secret and the app's callback URL, then start the login again.`,
    );
  });
  if (tokens.refresh) return tokens;
  throw new ConnectorError(
    'credentials',
    'Atlassian gave no refresh token. Is this an OAuth 2.0 (3LO) app? Create one, then start the login again.',
  );
}
