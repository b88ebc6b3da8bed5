/** Bytes of an answer to JSON values, exactly: what cannot be kept as sent is refused, never bent. */
import { type Exact, endOfString, isDeeperThan, LIMITS, parseExact, TooManyError } from '../core/exact-json.js';

/** JSON as received. */
export type JsonValue = Exact;

/** Why the bytes are no usable JSON; says nothing of their content. */
export class MalformedError extends Error {
  override readonly name = 'MalformedError';
}

/** A list in a list in a document takes four levels: 40 of them fit. Recursive walkers behind us stay far from the end of the stack. */
export const MAX_DEPTH = 200;
const USUAL_DEPTH: Depth = { maxDepth: MAX_DEPTH, beyond: 'cut' };

/** The only member of what stands in place of a deeper value: that value's JSON text. Depth is a matter of one record, not of its page. */
export const TOO_DEEP = 'nested_too_deep';

/** Values too deep on one page. */
const MOST_CUTS = 100_000;

/** More than may be built of one answer: the pager asks for less. */
export class TooMuchError extends MalformedError {}

export interface Depth {
  readonly maxDepth: number;
  /** What becomes of deeper values: kept as text, see TOO_DEEP; or the whole is refused, where each part counts. */
  readonly beyond: 'cut' | 'refuse';
}

/**
 * @param source the bytes of an answer, or a text that is decoded already.
 * @throws MalformedError for bytes that are not UTF-8 or not JSON; TooMuchError
 */
export function parseJson(source: Uint8Array | string, depth: Depth = USUAL_DEPTH): JsonValue {
  const text = typeof source === 'string' ? source : decodeUtf8(source);
  if (text.trim() === '') throw new MalformedError('the body is empty');
  if (depth.beyond === 'refuse' && isDeeperThan(text, depth.maxDepth))
    throw new MalformedError(`the body is nested deeper than ${depth.maxDepth} levels`);
  try {
    const { maxDepth } = depth;
    return parseExact(text, LIMITS, { maxDepth, cut: (whole) => withoutDepths(whole, maxDepth) });
  } catch (error) {
    if (error instanceof TooManyError) throw new TooMuchError(`it holds ${error.message}`);
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
      // In their place stand longer texts: those of millions would not fit into memory.
      if (parts.length > 2 * MOST_CUTS)
        throw new TooManyError(`more than ${MOST_CUTS} values below ${maxDepth} levels`);
    }
  }
  // What is open to the end is no JSON: without it no parser goes down there either.
  return parts.join('') + text.slice(kept, depth > maxDepth ? cutFrom : undefined);
}
