/** Tables that cannot be read. Of those that are left an answer would look whole, and its sums would be too small. */
import { ConnectorError, type ErrorNotes } from '../../core/errors.js';
import type { TableName } from '../../writers/iceberg/model.js';

export class UnreadableError extends ConnectorError {
  constructor(message: string, notes: ErrorNotes = {}) {
    super('failed', message, notes);
  }
}

/** One line for a table. */
export const problemOf = ({ namespace, name }: TableName, error: unknown): string =>
  `${namespace}.${name}: ${error instanceof Error ? error.message : String(error)}`;

/**
 * @param undone what was to be made of the tables: `no report was made`
 * @param connections whose tables it is made of; none: all
 * @throws UnreadableError when one of their tables cannot be read
 */
export function refuseUnreadable(
  problems: readonly string[],
  undone: string,
  connections: readonly string[] = [],
): void {
  // Views over all connections stand in `main`.
  const places = ['main', ...connections].map((place) => `${place}.`);
  const met =
    connections.length === 0 ? problems : problems.filter((one) => places.some((place) => one.startsWith(place)));
  if (met.length > 0) throw new UnreadableError(`The warehouse cannot be read whole, and ${undone}: ${met.join('; ')}`);
}
