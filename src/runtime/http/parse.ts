/** Bytes of an answer to JSON values, exactly: what cannot be kept as sent is refused, never bent. */
import { parse as parseLossless } from 'lossless-json';

/** JSON as received. An integer beyond 2^53 is a bigint; a number beyond the range of a double is its source text. */
export type JsonValue = string | number | bigint | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** Why the bytes are no usable JSON; says nothing of their content. */
export class MalformedError extends Error {
  override readonly name = 'MalformedError';
}

/** A list in a list in a document takes four levels: 40 of them fit. Recursive walkers behind us stay far from the end of the stack. */
export const MAX_DEPTH = 200;

/** The only member of what stands in place of a deeper value: that value's JSON text. Depth is a matter of one record, not of its page. */
export const TOO_DEEP = 'nested_too_deep';

/** A number that JSON.parse may not keep: 16 digits and more, or a large exponent. May also hit inside a text: only slower. */
const SUSPECT_NUMBER = /(?:^|[:,[\s])-?(?:[0-9]{16,}|[0-9.]+[eE]\+?[0-9]{3,})/;

/**
 * @param source the bytes of an answer, or a text that is decoded already.
 * @param maxDepth deeper values are kept as text, see TOO_DEEP.
 * @throws MalformedError for bytes that are not UTF-8 or not JSON.
 */
export function parseJson(source: Uint8Array | string, maxDepth = MAX_DEPTH): JsonValue {
  const text = typeof source === 'string' ? source : decodeUtf8(source);
  if (text.trim() === '') throw new MalformedError('the body is empty');
  const shallow = withoutDepths(text, maxDepth);
  try {
    return SUSPECT_NUMBER.test(shallow) ? parseExact(shallow) : JSON.parse(shallow);
  } catch {
    // The parser's own message quotes the body, which must not be shown.
    throw new MalformedError(`the body (length ${source.length}) is not whole JSON`);
  }
}

/** Lenient decoding would turn broken bytes into U+FFFD within a successful parse. */
function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new MalformedError('the body is not valid UTF-8');
  }
}

/** Some sixty times slower than JSON.parse, hence only for texts with a suspect number. */
function parseExact(text: string): JsonValue {
  return parseLossless(text, null, {
    parseNumber: exactNumber,
    onDuplicateKey: ({ newValue }) => newValue,
  }) as JsonValue;
}

function exactNumber(source: string): number | bigint | string {
  const value = Number(source);
  if (/^-?[0-9]+$/.test(source)) return Number.isSafeInteger(value) ? value : BigInt(source);
  return Number.isFinite(value) ? value : source;
}

/**
 * The text with every value below `maxDepth` levels replaced by `{ [TOO_DEEP]: its own text }`. One pass, before any parser with a
 * stack sees it; what is cut out is not parsed, so that it costs no more than its length.
 */
function withoutDepths(text: string, maxDepth: number): string {
  const parts: string[] = [];
  let depth = 0;
  let kept = 0;
  let cutFrom = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at);
    else if (code === 0x7b || code === 0x5b) {
      if (++depth === maxDepth + 1) cutFrom = at;
    } else if ((code === 0x7d || code === 0x5d) && depth-- === maxDepth + 1) {
      const deep = JSON.stringify(text.slice(cutFrom, at + 1));
      parts.push(text.slice(kept, cutFrom), `{"${TOO_DEEP}":${deep}}`);
      kept = at + 1;
    }
  }
  // What is open to the end is no JSON: without it no parser goes down there either.
  return parts.join('') + text.slice(kept, depth > maxDepth ? cutFrom : undefined);
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end > 0) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}
