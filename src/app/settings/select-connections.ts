/** `--connection`: which of the connections of the settings. */
import { refuseUnknown } from '../../core/yaml-file.js';

/** @param names none: all. @throws ConnectorError kind `usage` naming the nearest connection. */
export function selectConnections<One extends { readonly name: string }>(
  all: readonly One[],
  names: readonly string[] = [],
): readonly One[] {
  const known = all.map(({ name }) => name);
  refuseUnknown('There is no connection', names, known);
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}
