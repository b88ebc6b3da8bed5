/** A site and a warehouse as a program names them, in the words of sync.yaml; secrets are handed over as they are. */
import type { z } from 'zod';
import type { Environment } from '../core/environment.js';
import { parseYaml } from '../core/yaml-file.js';
import type { WarehouseSettings } from '../writers/storage/warehouse-settings.js';
import type { Connection } from './settings/config.js';
import { knownStreams } from './settings/definitions.js';
import { connectionsOf } from './settings/load-config.js';
import { warehouseOf } from './settings/load-warehouse.js';
import { type ConnectionSettings, SETTINGS_WORDS, type Settings, settingsSchema } from './settings/settings.js';

/** `name` is the Iceberg namespace of the tables; default `jira`. */
export type SiteOptions = Omit<ConnectionSettings, 'name'> & { readonly name?: string };

export type WarehouseOptions = Pick<Settings, 'warehouse' | 'storage' | 'catalog'>;

/** What relative paths, proxies and caches are found by; what is read and where to, the program says itself. */
export interface Surroundings {
  readonly cwd?: string;
  readonly env?: Environment;
}

/** @throws ConnectorError kind `usage`, one line per mistake */
export function openSite({ name = 'jira', ...options }: SiteOptions, around: Surroundings = {}): Connection {
  const reading = readingOf('openSite', { connections: [{ name, ...options }] }, settingsSchema, around);
  const [site] = connectionsOf(reading, knownStreams()).connections;
  return site as Connection;
}

/** @param place a folder, `s3://bucket/prefix`, or what sync.yaml says of it. @throws ConnectorError kind `usage` */
export function openWarehouse(place: string | WarehouseOptions, around: Surroundings = {}): WarehouseSettings {
  const options = typeof place === 'string' ? { warehouse: place } : place;
  const reading = readingOf('openWarehouse', options, settingsSchema.omit({ connections: true }), around);
  const { file, env } = reading;
  const whole = { ...file, value: { ...file.value, connections: [] } };
  return warehouseOf({ cwd: file.folder, env }, { ...reading, file: whole });
}

/** Every JSON text is YAML: one reader checks what people write and what programs hand over. */
function readingOf<Value>(name: string, value: unknown, schema: z.ZodType<Value>, around: Surroundings) {
  const { cwd = process.cwd(), env = {} } = around;
  const file = parseYaml(name, JSON.stringify(value, null, 1), schema, SETTINGS_WORDS);
  const named = { ...env, CONNECTOR_WAREHOUSE: undefined, CONNECTOR_REQUESTS_PER_SECOND: undefined };
  return { file: { ...file, folder: cwd }, env: named, literal: true, warn: () => undefined };
}
