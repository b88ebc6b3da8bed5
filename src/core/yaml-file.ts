/** Reads a YAML text against a zod schema; every complaint names file, line and, for a wrong word, the nearest valid one. */
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { ConnectorError } from './errors.js';
import { shownWord, wordsOf } from './yaml-words.js';

/** A parsed file and where things stand in it. */
export interface YamlFile<T> {
  readonly file: string;
  readonly value: T;
  /** `streams/x.yaml:12` for the node at this path (or its nearest ancestor). */
  at(path: readonly PropertyKey[]): string;
}

type Issue = z.core.$ZodIssue;

/**
 * @param words further valid words for the nearest-word hint, besides those zod names itself.
 * @throws ConnectorError kind `usage` with one line per complaint.
 */
export function parseYaml<S extends z.ZodType>(
  file: string,
  text: string,
  schema: S,
  words: readonly string[] = [],
): YamlFile<z.infer<S>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true, version: '1.2' });
  const problem = document.errors[0];
  if (problem) {
    const { line, col } = lines.linePos(problem.pos[0]);
    throw new ConnectorError('usage', `${file}:${line}: not valid YAML at column ${col}: ${wordsOf(problem.code)}.`);
  }
  const unwanted = firstUnwanted(document);
  if (unwanted !== null)
    throw new ConnectorError('usage', `${file}:${lines.linePos(unwanted.at).line}: ${unwanted.complaint}`);
  const data: unknown = document.toJS();
  const at = (path: readonly PropertyKey[]) => `${file}:${lineOf(document, lines, path)}`;
  const parsed = schema.safeParse(data, { reportInput: true });
  if (parsed.success) return { file, value: parsed.data, at };
  const place: Place = { at, words, hasValue: (path) => !hasNoValue(document, path) };
  const complaints = parsed.error.issues.flatMap((issue) => describe(issue, [], place));
  throw new ConnectorError('usage', [...new Set(complaints)].join('\n'));
}

/** What YAML has and no file of ours needs, and where it stands first. */
function firstUnwanted(document: Document): { readonly at: number; readonly complaint: string } | null {
  let found: ReturnType<typeof firstUnwanted> = null;
  visit(document, {
    // An alias bomb is small, and what it stands for is not.
    Alias(_, { range }) {
      found = { at: range?.[0] ?? 0, complaint: 'YAML aliases are not allowed here; write the value out.' };
      return visit.BREAK;
    },
    // The parser would repeat it in a warning of the process, which passes no filter for secrets.
    Pair(_, { key }) {
      const isWord = key === null || (isScalar(key) && !(key.value instanceof Object));
      if (isWord || !isNode(key)) return undefined;
      found = { at: key.range?.[0] ?? 0, complaint: 'a key is no plain word; expected one.' };
      return visit.BREAK;
    },
  });
  return found;
}

/** What complaints need to know of the file. */
interface Place {
  readonly words: readonly string[];
  at(path: readonly PropertyKey[]): string;
  /** False for a key without one, as `SECRET` in `{ type: pat, SECRET }`. */
  hasValue(path: readonly PropertyKey[]): boolean;
}

function describe(issue: Issue, above: readonly PropertyKey[], place: Place): string[] {
  const { at } = place;
  const path = [...above, ...issue.path];
  const where = path.length ? `\`${shownPath(path)}\`` : 'the file';
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map(
        (key) =>
          `${at([...path, key])}: ${unknownWord(key, [...path, key], place)} in ${where}.${didYouMean(key, place.words)}`,
      );
    case 'invalid_value': {
      const values = issue.values.map(String);
      const given = typeof issue.input === 'string' ? issue.input : undefined;
      return [
        `${at(path)}: ${where} must be one of ${values.join(', ')}.${given === undefined ? '' : didYouMean(given, values)}`,
      ];
    }
    case 'invalid_union':
      if (issue.discriminator !== undefined) return [`${at(path)}: ${where} ${wrongKind(issue, issue.discriminator)}`];
      return bestBranch(issue.errors).flatMap((inner) => describe(inner, path, place));
    case 'invalid_type':
      if (issue.input === undefined) return [`${at(path)}: ${where} is missing; expected ${issue.expected}.`];
      return [`${at(path)}: ${where}: ${issue.message}.`];
    default:
      return [`${at(path)}: ${where}: ${issue.message}.`];
  }
}

/** A word that is close to a valid one is a slip of the pen; any other one may be a value that lost its word. */
function unknownWord(key: string, path: readonly PropertyKey[], { words, hasValue }: Place): string {
  const isSlip = nearest(key, words) !== null;
  const shown = isSlip || hasValue(path) ? shownWord(key) : null;
  return shown === null ? 'unknown word (not repeated, it may be a secret)' : `unknown word \`${shown}\``;
}

const shownPath = (path: readonly PropertyKey[]) =>
  path.map((part) => (typeof part === 'number' ? part : (shownWord(String(part)) ?? '…'))).join('.');

function hasNoValue(document: Document, path: readonly PropertyKey[]): boolean {
  const node: unknown = document.getIn(path, true);
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

/** The word that tells the members of a union apart is missing or unknown: zod then has no complaints of the members to offer. */
function wrongKind(issue: z.core.$ZodIssueInvalidUnion, word: string): string {
  const values = 'options' in issue ? (issue.options ?? []).map(String) : [];
  const given: unknown = issue.input instanceof Object ? Reflect.get(issue.input, word) : undefined;
  const hint = typeof given === 'string' ? didYouMean(given, values) : '';
  return `must be one of ${values.join(', ')}.${hint}`;
}

/** Of a union's branches, the one that got furthest: its complaint is the one the writer meant. */
function bestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const depth = (issues: readonly Issue[]) =>
    Math.max(0, ...issues.map((issue) => issue.path.length * 2 + (issue.code === 'invalid_type' ? 0 : 1)));
  return [...branches].sort((a, b) => depth(b) - depth(a))[0] ?? [];
}

function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isNode(item.key) && String(item.key) === String(last));
      if (pair && isNode(pair.key) && pair.key.range) return lines.linePos(pair.key.range[0]).line;
    }
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

/** @param beginning of the sentence that goes on with the name. @throws ConnectorError kind `usage` naming the nearest one */
export function refuseUnknown(beginning: string, wanted: readonly string[], known: readonly string[]): void {
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const there = known.join(', ') || 'none';
  throw new ConnectorError('usage', `${beginning} \`${unknown}\`.${didYouMean(unknown, known)} There are: ${there}.`);
}

export function didYouMean(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === null ? '' : ` Did you mean \`${near}\`?`;
}

/** What a slip of the pen made this word of; else the shortest of which it is a part: `type` stands for `issue_type`, not for `top`. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return bestDistance <= 1 ? best : (shortestWith(word, candidates) ?? best);
}

const LEAST_PART = 3;

function shortestWith(word: string, candidates: readonly string[]): string | null {
  const [part, ...others] = partsOf(word);
  if (part === undefined || part.length < LEAST_PART || others.length > 0) return null;
  const all = candidates.filter((candidate) => partsOf(candidate).includes(part));
  return all.sort((a, b) => a.length - b.length)[0] ?? null;
}

/** `board_Sprints` -> `board`, `sprint`. */
const partsOf = (name: string): readonly string[] =>
  (name.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).map((part) => part.replace(/s$/, ''));

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, substitute));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
