/** Requests made before the first row is read (fields, a sample, ids in scope): refused, they concern the streams that need them alone. */
import { ConnectorError } from '../../core/errors.js';

/** Streams that cannot be read in this run, and why. */
export type Refused = ReadonlyMap<string, ConnectorError>;

/** What the work gives, or what it was refused with. @throws what ends the whole run, and what is a mistake of ours. */
export async function orRefused<T>(work: () => Promise<T>): Promise<T | ConnectorError> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConnectorError) || ENDS_THE_RUN.has(error.kind)) throw error;
    return error;
  }
}

const ENDS_THE_RUN: ReadonlySet<string> = new Set(['usage', 'credentials', 'interrupted']);
