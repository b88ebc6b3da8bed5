/** Settings as a command takes them: their secrets are known to the redactor, and their warnings told. */
import type { Ports } from '../core/ports.js';
import { secretsIn } from '../core/secret.js';
import { proxySecrets } from '../http/proxy-login.js';
import type { WarehouseSettings } from '../writers/storage/warehouse-settings.js';
import { secretsOf } from './connect/credentials.js';
import type { Config } from './settings/config.js';
import { knownStreams } from './settings/definitions.js';
import { readEnvironment } from './settings/environment.js';
import { loadHooks } from './settings/hooks.js';
import { loadConfig } from './settings/load-config.js';
import { loadWarehouse } from './settings/load-warehouse.js';
import { proxyOf } from './settings/network.js';
import { loadServe, type ServeSettings } from './settings/serve-keys.js';
import type { ConfigSource } from './settings/settings-file.js';

/** Settings with credentials; from here on their values are kept out of everything shown. */
export function openConfig(source: ConfigSource, { redactor, log }: Ports): Config {
  keepProxySecret(source, redactor);
  const config = loadConfig({ ...source, ...knownStreams() });
  redactor.add(...config.connections.flatMap(secretsOf), ...secretsIn(config.warehouse), ...secretsIn(config.hooks));
  for (const warning of config.warnings) log.warn(warning);
  return config;
}

/** Where the tables are; needs no site and none of its credentials. */
export function openWarehouseSettings(source: ConfigSource, { redactor, log }: Ports): WarehouseSettings {
  keepProxySecret(source, redactor);
  const { warehouse, warnings } = loadWarehouse(source);
  redactor.add(...secretsIn(warehouse));
  for (const warning of warnings) log.warn(warning);
  return warehouse;
}

/** Who may ask over HTTP; their keys are kept out of everything shown. */
export function openServe(source: ConfigSource, { redactor, log }: Ports): ServeSettings {
  const settings = loadServe(source);
  redactor.add(...settings.secrets);
  for (const warning of settings.warnings) log.warn(warning);
  return settings;
}

/** What a run calls although it cannot begin, and the connections it is called for. */
export function openHooks(source: ConfigSource, { redactor }: Ports): ReturnType<typeof loadHooks> {
  const loaded = loadHooks(source);
  redactor.add(...secretsIn(loaded.hooks));
  return loaded;
}

function keepProxySecret({ env }: ConfigSource, redactor: Ports['redactor']): void {
  const proxy = proxyOf(readEnvironment(env));
  redactor.add(...(proxy ? proxySecrets(proxy) : []));
}
