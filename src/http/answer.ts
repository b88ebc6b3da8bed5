/** What every kind of server is read with: whole bounded bodies, exact JSON, and refusals with their reasons. */
import type { Response } from 'undici';
import type { Clock } from '../core/clock.js';
import { makeRoomInHeap } from '../core/heap.js';
import { HttpStatusError, ProtocolError, type Refusal, serverSentence, TooLargeError } from './errors.js';
import type { Asked } from './exchange.js';
import { type Depth, type JsonValue, MalformedError, parseJson, TooMuchError } from './parse.js';
import { askedWait, isRefusedByLimit, limitOf } from './retry-after.js';

export interface Reading {
  /** Takes the credentials out of a text. */
  readonly redact: (text: string) => string;
  readonly clock: Clock;
  /** Limit for the decoded body. */
  readonly maxBytes: number;
  /** Statuses worth another try. */
  readonly retryStatuses: readonly number[];
}

/** What a refusal means to the user, by its status and the server's own sentence. */
export type Meaning = (status: number, sentence: string) => Refusal;

const ERROR_BODY_MAX = 256_000;

export async function refusalOf(
  reading: Reading,
  meaning: Meaning,
  asked: Asked,
  response: Response,
): Promise<HttpStatusError> {
  const { status, headers } = response;
  const again = reading.retryStatuses.includes(status) || asked.passing?.includes(status) ? 'often' : 'never';
  const sentence = await bodyOf(asked, response, ERROR_BODY_MAX)
    .then((bytes) => serverSentence(parseJson(bytes), reading.redact))
    // The status is what counts; a body that cannot be read only means that there is no sentence.
    .catch(() => '');
  const askedMs = askedWait(status, headers, reading.clock.wall());
  const unseen = isRefusedByLimit(status, headers);
  const wait = { askedMs, limit: limitOf(status, headers, askedMs), unseen };
  return new HttpStatusError(asked, status, sentence, wait, again, meaning(status, sentence));
}

/**
 * All bytes of a decoded body. The bound is watched while streaming, because 200 kB of gzip can hold 200 MB.
 * @throws TooLargeError after `maxBytes`; the rest is not read
 */
export async function bodyOf(asked: Asked, { body }: Response, maxBytes: number): Promise<Uint8Array> {
  const pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array> = body ?? [];
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of pieces) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new TooLargeError(asked, `more than ${Math.round(maxBytes / 1e6)} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** @throws TooLargeError, ProtocolError */
export function jsonOf(asked: Asked, status: number, bytes: Uint8Array, depth?: Depth): JsonValue {
  makeRoomInHeap(bytes.length);
  try {
    return parseJson(bytes, depth);
  } catch (thrown) {
    if (thrown instanceof TooMuchError) throw new TooLargeError(asked, `${bytes.length} bytes: ${thrown.message}`);
    if (thrown instanceof MalformedError)
      throw new ProtocolError(asked, thrown.message, { detail: `status ${status}` });
    throw thrown;
  }
}

/** Only the host: the rest of the address may hold a session or a token. */
export function redirectHost(location: string | null): string {
  const relative = 'relative.invalid';
  const base = `https://${relative}`;
  if (location === null || !URL.canParse(location, base)) return 'an unreadable address';
  const { host } = new URL(location, base);
  return host === relative ? 'another page' : host || 'an unreadable address';
}
