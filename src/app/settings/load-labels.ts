/** What sync.yaml alone says of the connections: no site and no credentials are needed. */
import { type ConfigSource, readSettingsFile } from './settings-file.js';

/** What people call them, by name; connections without a label are left out. @throws ConnectorError kind `usage` */
export function loadLabels(source: ConfigSource): ReadonlyMap<string, string> {
  return new Map(connectionsIn(source).flatMap(({ name, label }) => (label === undefined ? [] : [[name, label]])));
}

/** Names of those whose people are to be pseudonyms. @throws ConnectorError kind `usage` */
export function loadPseudonymous(source: ConfigSource): ReadonlySet<string> {
  const pseudonymous = connectionsIn(source).filter(({ people }) => people === 'pseudonymous');
  return new Set(pseudonymous.map(({ name }) => name));
}

const connectionsIn = (source: ConfigSource) => readSettingsFile(source)?.value.connections ?? [];
