/** What people call the connections, from sync.yaml alone: no site and no credentials are needed. */
import { type ConfigSource, readSettingsFile } from './settings-file.js';

/** Labels by name of the connection; connections without one are left out. @throws ConnectorError kind `usage` */
export function loadLabels(source: ConfigSource): ReadonlyMap<string, string> {
  const connections = readSettingsFile(source)?.value.connections ?? [];
  return new Map(connections.flatMap(({ name, label }) => (label === undefined ? [] : [[name, label] as const])));
}
