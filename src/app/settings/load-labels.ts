/** What sync.yaml alone says of the connections: no site and no credentials are needed. */
import { type ConfigSource, readSettingsFile } from './settings-file.js';

/**
 * What people call them, by name; connections without a label are left out. Where two would be called alike, their names stand
 * behind: reports put together by what they are called, and the two would be one.
 * @throws ConnectorError kind `usage`
 */
export function loadLabels(source: ConfigSource): ReadonlyMap<string, string> {
  const connections = connectionsIn(source);
  const called = (wanted: string) => connections.filter(({ name, label = name }) => label === wanted).length;
  return new Map(
    connections.flatMap(({ name, label }) =>
      label === undefined ? [] : [[name, called(label) > 1 ? `${label} (${name})` : label]],
    ),
  );
}

/** Names of those whose people are to be pseudonyms. @throws ConnectorError kind `usage` */
export function loadPseudonymous(source: ConfigSource): ReadonlySet<string> {
  const pseudonymous = connectionsIn(source).filter(({ people }) => people === 'pseudonymous');
  return new Set(pseudonymous.map(({ name }) => name));
}

const connectionsIn = (source: ConfigSource) => readSettingsFile(source)?.value.connections ?? [];
