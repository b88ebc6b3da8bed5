/** One look at one record: what its stream file calls `look`. */
import type { HttpClient } from '../../http/client.js';
import { HttpStatusError } from '../../http/errors.js';
import type { Stream } from '../streams/registry.js';
import type { Asking } from './ask-by-ids.js';
import { buildRequest, type RequestTemplate, type Values } from './build-request.js';

/** The answer about one record; undefined when the site has none of this name (404). @throws what the client throws else */
export async function lookUp(client: HttpClient, label: string, asked: RequestTemplate, key: Values): Promise<unknown> {
  try {
    const request = buildRequest(asked, key);
    return (await client.request({ ...request, repeatable: true, onBehalfOf: label, understood: [403, 404] })).json;
  } catch (error) {
    if (error instanceof HttpStatusError && error.status === 404) return undefined;
    throw error;
  }
}

/**
 * @param key the record's own columns by name, as the request wants them
 * @returns null when the stream file does not say how to look
 * @throws what the client throws, but for a 404, which means that the record is gone, and refusals, which mean that it is not
 */
export async function isThere(
  { client }: Pick<Asking, 'client'>,
  label: string,
  { look }: Stream,
  key: Values,
): Promise<boolean | null> {
  if (!look) return null;
  try {
    return (await lookUp(client, label, look, key)) !== undefined;
  } catch (error) {
    if (error instanceof HttpStatusError && error.status === 403) return true;
    throw error;
  }
}
