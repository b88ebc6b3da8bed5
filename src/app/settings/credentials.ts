/** `auth:` of a connection -> its credentials, references resolved. */

import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { ConnectorError } from '../../core/errors.js';
import type { Credentials } from './config.js';
import { stateFolder } from './home-folder.js';
import { readSecret, readText, readToken } from './secrets.js';
import type { ConnectionSettings } from './settings.js';
import { type Reading, referenceAt } from './settings-file.js';

/** @param url the site, checked. @param configFile `--config` as given. */
export function credentialsOf(
  { auth, name }: ConnectionSettings,
  index: number,
  reading: Reading,
  url: string,
  configFile: string | undefined,
): Credentials {
  const reference = (what: string) => referenceAt(reading, ['connections', index, 'auth', what]);
  const secret = (what: string, text: string) => readSecret(text, reference(what));
  const text = (what: string, written: string) => readText(written, reference(what));
  switch (auth.type) {
    case 'pat':
      return { type: 'pat', token: readToken(auth.token, reference('token')) };
    case 'basic':
      return { type: 'basic', email: text('email', auth.email), apiToken: secret('api_token', auth.api_token) };
    case 'scoped':
      return {
        type: 'scoped',
        email: text('email', auth.email),
        apiToken: secret('api_token', auth.api_token),
        cloudId: auth.cloud_id,
      };
    case 'client_credentials':
      return {
        type: 'client_credentials',
        clientId: text('client_id', auth.client_id),
        clientSecret: secret('client_secret', auth.client_secret),
        cloudId: auth.cloud_id,
      };
    case 'oauth': {
      const clientId = text('client_id', auth.client_id);
      return {
        type: 'oauth',
        clientId,
        clientSecret: secret('client_secret', auth.client_secret),
        tokenFile: auth.token_file
          ? resolve(reading.file.folder, auth.token_file)
          : usualTokenFile(reading, name, url, clientId),
        loginCommand: `connector auth login --connection ${name}${configFile === undefined ? '' : ` --config ${configFile}`}`,
      };
    }
  }
}

/** Another site or another app has other tokens, also where two settings files call their connections alike. */
function usualTokenFile({ env }: Reading, name: string, url: string, clientId: string): string {
  const state = stateFolder(env);
  if (state === undefined)
    throw new ConnectorError(
      'usage',
      `There is no place for the tokens of \`${name}\`: this account has no home folder. Say where with \`token_file\`.`,
    );
  const print = createHash('sha256').update(`${url} ${clientId}`).digest('hex').slice(0, 12);
  return join(state, `${name}-${print}.tokens.json`);
}
