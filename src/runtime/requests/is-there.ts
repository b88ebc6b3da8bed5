/** One look at one record: what its stream file calls `look`. */
import { HttpStatusError } from '../../http/errors.js';
import type { Stream } from '../streams/registry.js';
import type { Asking } from './ask-by-ids.js';
import { buildRequest, type Values } from './build-request.js';

/**
 * @param key the record's own columns by name, as the request wants them
 * @returns null when the stream file does not say how to look
 * @throws what the client throws, but for a 404, which means that the record is gone, and refusals, which mean that it is not
 */
export async function isThere(
  ctx: Pick<Asking, 'client'>,
  label: string,
  stream: Stream,
  key: Values,
): Promise<boolean | null> {
  const { look } = stream;
  if (!look) return null;
  try {
    const request = buildRequest(look, key);
    await ctx.client.request({ ...request, repeatable: true, onBehalfOf: label, understood: [403, 404] });
    return true;
  } catch (error) {
    if (error instanceof HttpStatusError && error.status === 404) return false;
    if (error instanceof HttpStatusError && error.status === 403) return true;
    throw error;
  }
}
