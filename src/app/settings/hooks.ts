/** `hooks:` of sync.yaml, read apart from the rest: an alarm must be heard also when the rest is wrong. */
import type { Environment } from '../../core/environment.js';
import { ConnectorError } from '../../core/errors.js';
import { Secret } from '../../core/secret.js';
import type { ProxyAddress } from '../../http/proxy-login.js';
import type { Hook, Hooks } from './config.js';
import { readEnvironment } from './environment.js';
import { proxyOf } from './network.js';
import { readText } from './secrets.js';
import { type ConfigSource, type Reading, readSettingsFile, referenceAt } from './settings-file.js';
import { refuseOpen } from './site-url.js';

/** @throws ConnectorError kind `usage` */
export function hooksOf(reading: Reading): Hooks {
  const hookOf = (name: 'after_commit' | 'on_failure' | 'on_success'): Hook | undefined => {
    const hook = reading.file.value.hooks?.[name];
    if (!hook) return undefined;
    if ('command' in hook) return { command: hook.command, env: namesOf(hook.env ?? [], name, reading) };
    const at = referenceAt(reading, ['hooks', name, 'url']);
    const url = readText(hook.url, at);
    refuseOpen(url, `${at.where}: \`url\``);
    return { url: new Secret(url) };
  };
  return {
    proxy: proxyIfReadable(reading.env),
    afterCommit: hookOf('after_commit'),
    onFailure: hookOf('on_failure'),
    onSuccess: hookOf('on_success'),
  };
}

/** The alarm goes straight where the address of the proxy is what is wrong. */
function proxyIfReadable(env: Environment): ProxyAddress | undefined {
  try {
    return proxyOf(readEnvironment(env));
  } catch {
    return undefined;
  }
}

/** A variable that is not there would be found out by the program, in the middle of the night. */
function namesOf(names: readonly string[], hook: string, { file, env }: Reading): readonly string[] {
  const absent = names.findIndex((name) => env[name] === undefined);
  if (absent === -1) return names;
  throw new ConnectorError(
    'usage',
    `${file.at(['hooks', hook, 'env', absent])}: the environment variable ${names[absent]} is not set.`,
  );
}

/** The hooks, and the names of the connections they are called for; nothing where not even they can be read. */
export function loadHooks(source: ConfigSource): { readonly hooks: Hooks; readonly connections: readonly string[] } {
  try {
    const file = readSettingsFile(source);
    if (!file) return { hooks: {}, connections: [] };
    const named = source.connections ?? [];
    const names = file.value.connections.map(({ name }) => name);
    return {
      hooks: hooksOf({ file, env: source.env, warn: () => undefined }),
      connections: names.filter((name) => named.length === 0 || named.includes(name)),
    };
  } catch (error) {
    if (error instanceof ConnectorError) return { hooks: {}, connections: [] };
    throw error;
  }
}
