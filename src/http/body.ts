/** Reads a response body with a bound on what it may become in memory. */

/** The decoded body grew past the bound. */
export class OversizeError extends Error {
  override readonly name = 'OversizeError';
}

/**
 * All bytes of a decoded body. The bound is watched while streaming, because 200 kB of gzip can hold 200 MB.
 * @throws OversizeError after `maxBytes`; the rest is not read.
 */
export async function readBody(stream: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Uint8Array> {
  if (stream === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.byteLength;
    if (size > maxBytes) {
      await reader.cancel().catch(() => undefined);
      throw new OversizeError(`more than ${maxBytes} bytes`);
    }
    chunks.push(next.value);
  }
  return Buffer.concat(chunks, size);
}
