/** `--connection`: which of the connections of the settings. */
import { ConnectorError } from '../../core/errors.js';
import { didYouMean } from '../../core/yaml-file.js';

/** @param names none: all. @throws ConnectorError kind `usage` naming the nearest connection. */
export function selectConnections<One extends { readonly name: string }>(
  all: readonly One[],
  names: readonly string[] = [],
): readonly One[] {
  const known = all.map(({ name }) => name);
  for (const name of names)
    if (!known.includes(name))
      throw new ConnectorError(
        'usage',
        `There is no connection \`${name}\`.${didYouMean(name, known)} There are: ${known.join(', ')}.`,
      );
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}
