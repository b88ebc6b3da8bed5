/**
 * JSON.parse for texts of strangers: bounded before anything is built, and exact. One pass over the text counts what parsing
 * would build, and marks the numbers that a double cannot hold; only those are read another way.
 */
import { randomBytes } from 'node:crypto';

/** An integer beyond 2^53 becomes a bigint; a number beyond the range of a double, or below its smallest, its source text. */
export type Exact = string | number | bigint | boolean | null | Exact[] | { [key: string]: Exact };

export interface JsonLimits {
  /** Objects and lists: some 60 bytes each, however few the text needs. */
  readonly containers: number;
  /** Members of objects: each key may be a new one. */
  readonly members: number;
  /** Members, elements, objects and lists. */
  readonly values: number;
  /** Numbers that a double cannot hold. */
  readonly exactNumbers: number;
}

/** Several times what the largest real page holds; beside a text of 64 MB they leave the process below 1 GB. */
export const LIMITS: JsonLimits = {
  containers: 1_000_000,
  members: 2_000_000,
  values: 4_000_000,
  exactNumbers: 500_000,
};

/** Integers this long are no numbers of anything: reading one takes a time that grows with the square of its length. */
const MOST_DIGITS = 1000;

/** More than may be built; says what and how many, and nothing of the content. */
export class TooManyError extends Error {
  override readonly name = 'TooManyError';
}

/** Deeper values are parsed like others; whoever wants them otherwise says so. */
export interface Deep {
  readonly maxDepth: number;
  /** The text without what is deeper. */
  readonly cut: (text: string) => string;
}

/** @throws TooManyError; SyntaxError, whose message may quote the text, for what is no JSON */
export function parseExact(whole: string, limits: JsonLimits = LIMITS, deep?: Deep): Exact {
  const first = scan(whole, limits, deep?.maxDepth);
  const text = deep && first === null ? deep.cut(whole) : whole;
  const { odd, members } = first ?? scan(text, limits) ?? NOTHING_ODD;
  if (odd.length === 0) return JSON.parse(text);
  // Nobody who wrote the text can have known it.
  const mark = randomBytes(6).toString('base64url');
  const parts: string[] = [];
  let kept = 0;
  for (const { start, end } of odd) {
    parts.push(text.slice(kept, start), `"${mark}${text.slice(start, end)}"`);
    kept = end;
  }
  const value: Exact = JSON.parse(parts.join('') + text.slice(kept));
  // Each that is found takes one mark away: when all are, none is left. Looking for many takes longer than looking at everything.
  const few = odd.length * members <= MOST_STEPS;
  return few && odd.every((token) => restoreAt(value, token.way, mark)) ? value : restored(value, mark);
}

/** False when the marked number is not there: keys that come twice or look like numbers are kept in another order. */
function restoreAt(root: Exact, way: readonly number[], mark: string): boolean {
  let holder: Exact = root;
  for (const [level, at] of way.entries()) {
    if (typeof holder !== 'object' || holder === null) return false;
    const members: Record<string, Exact> = holder as Record<string, Exact>;
    const key = Array.isArray(holder) ? String(at) : Object.keys(holder)[at];
    const member: Exact | undefined = key === undefined ? undefined : members[key];
    if (key === undefined || member === undefined) return false;
    if (level < way.length - 1) holder = member;
    else if (typeof member !== 'string' || !member.startsWith(mark)) return false;
    else members[key] = exactNumber(member.slice(mark.length));
  }
  return way.length > 0;
}

/** A number's own value where a double holds it. @throws TooManyError for an integer without end */
export function exactNumber(source: string): number | bigint | string {
  const value = Number(source);
  if (/^-?[0-9]+$/.test(source)) {
    if (Number.isSafeInteger(value)) return value;
    if (source.length <= MOST_DIGITS) return BigInt(source);
    throw new TooManyError(`a number of ${source.length} digits (at most ${MOST_DIGITS})`);
  }
  const vanished = value === 0 && /^[^eE]*[1-9]/.test(source);
  return Number.isFinite(value) && !vanished ? value : source;
}

interface Token {
  readonly start: number;
  readonly end: number;
  /** From the root: how many members or elements come before the one it is in, level by level. */
  readonly way: readonly number[];
}

interface Seen {
  /** Numbers that need another reading. */
  readonly odd: readonly Token[];
  readonly members: number;
}

const NOTHING_ODD: Seen = { odd: [], members: 0 };

/** Every step on the way to a number lists the members of an object, at most all there are. */
const MOST_STEPS = 10_000_000;
/** Of deeper ones the way is not told. */
const LEVELS_TOLD = 1024;

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![0-9.eE+-])/y;
/** A shorter integer is exact. */
const SUSPECT_LENGTH = 16;

/** Counts are looked at once in so many characters: at each it would double the time of the pass. */
const LOOK_AGAIN = 4096;

/** Null as soon as something is deeper than wanted. */
function scan(text: string, limits: JsonLimits, maxDepth = Number.POSITIVE_INFINITY): Seen | null {
  const odd: Token[] = [];
  const before = new Int32Array(LEVELS_TOLD);
  let depth = 0;
  let [containers, members, commas, look] = [0, 0, 0, 0];
  const check = () =>
    refuseBeyond({ containers, members, values: commas + containers + 1, exactNumbers: odd.length }, limits);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at);
    else if (code === 0x2c) {
      commas++;
      before[depth] = (before[depth] ?? 0) + 1;
    } else if (code === 0x3a) members++;
    else if (code === 0x7b || code === 0x5b) {
      containers++;
      if (++depth > maxDepth) return null;
      before[depth] = 0;
    } else if (code === 0x7d || code === 0x5d) depth--;
    else if ((code >= 0x30 && code <= 0x39) || code === 0x2d) {
      const end = endOfNumber(text, at);
      if (isOdd(text, at, end)) odd.push({ start: at, end, way: [...before.subarray(1, depth + 1)] });
      at = end - 1;
    }
    if (++look % LOOK_AGAIN === 0) check();
  }
  check();
  return { odd, members };
}

const WORDS: Readonly<Record<keyof JsonLimits, string>> = {
  containers: 'objects and lists',
  members: 'members of objects',
  values: 'values',
  exactNumbers: 'numbers of 16 digits or an extreme exponent',
};
const COUNTED = Object.keys(WORDS) as (keyof JsonLimits)[];

function refuseBeyond(seen: JsonLimits, limits: JsonLimits): void {
  for (const what of COUNTED)
    if (seen[what] > limits[what]) throw new TooManyError(`more than ${limits[what]} ${WORDS[what]}`);
}

function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  for (let code = text.charCodeAt(end); isOfNumber(code); code = text.charCodeAt(end)) end++;
  return end;
}

/** Digits, `.`, `+`, `-`, `e` and `E`. */
const isOfNumber = (code: number) =>
  (code >= 0x30 && code <= 0x39) || code === 0x2e || code === 0x2b || code === 0x2d || (code | 0x20) === 0x65;

/** Whether a whole number stands there, as a value, that JSON.parse would bend. */
function isOdd(text: string, start: number, end: number): boolean {
  if (end - start < SUSPECT_LENGTH && !hasExponent(text, start, end)) return false;
  NUMBER.lastIndex = start;
  if (!NUMBER.test(text) || NUMBER.lastIndex !== end) return false;
  // A number in the place of a key is no JSON, and must not become any.
  return typeof exactNumber(text.slice(start, end)) !== 'number' && !isKey(text, end);
}

function hasExponent(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((text.charCodeAt(at) | 0x20) === 0x65) return true;
  return false;
}

function isKey(text: string, end: number): boolean {
  let at = end;
  while (' \t\n\r'.includes(text.charAt(at)) && at < text.length) at++;
  return text.charCodeAt(at) === 0x3a;
}

/** In place; what is nested is bounded by whoever hands the text in. */
function restored(value: Exact, mark: string): Exact {
  if (typeof value === 'string') return value.startsWith(mark) ? exactNumber(value.slice(mark.length)) : value;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) {
      const element = value[at] as Exact;
      if (isAffected(element)) value[at] = restored(element, mark);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const key of Object.keys(value)) {
      const member = value[key] as Exact;
      // An own member of this name is set like any other; the prototype is not touched.
      if (isAffected(member)) value[key] = restored(member, mark);
    }
  }
  return value;
}

const isAffected = (value: Exact) => typeof value === 'string' || (typeof value === 'object' && value !== null);

/** The place of the quote that ends the text which begins here; the end of everything when there is none. */
export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end > 0) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}

/** Whether brackets outside of texts are nested deeper; before any parser or walker with a stack sees them. */
export function isDeeperThan(text: string, maxDepth: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at);
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > maxDepth) return true;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return false;
}
