/** Reads a YAML text against a zod schema; every complaint names file, line and, for a wrong word, the nearest valid one. */
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { ConnectorError } from './errors.js';

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
  // maxAliasCount 0: an alias bomb is refused, and no file of ours needs aliases.
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true, version: '1.2' });
  const problem = document.errors[0];
  if (problem) {
    const hint = /flow|Unexpected|implicit/i.test(problem.message)
      ? ' (inside { } a value holding a comma, colon or bracket must be quoted)'
      : '';
    throw new ConnectorError(
      'usage',
      `${file}:${lines.linePos(problem.pos[0]).line}: not valid YAML: ${firstLine(problem.message)}${hint}`,
    );
  }
  let data: unknown;
  try {
    data = document.toJS({ maxAliasCount: 0 });
  } catch (cause) {
    throw new ConnectorError('usage', `${file}: YAML aliases are not allowed here; write the value out.`, { cause });
  }
  const at = (path: readonly PropertyKey[]) => `${file}:${lineOf(document, lines, path)}`;
  const parsed = schema.safeParse(data, { reportInput: true });
  if (parsed.success) return { file, value: parsed.data, at };
  const complaints = parsed.error.issues.flatMap((issue) => describe(issue, [], at, words));
  throw new ConnectorError('usage', [...new Set(complaints)].join('\n'));
}

function describe(
  issue: Issue,
  above: readonly PropertyKey[],
  at: (path: readonly PropertyKey[]) => string,
  words: readonly string[],
): string[] {
  const path = [...above, ...issue.path];
  const where = path.length ? `\`${path.map(String).join('.')}\`` : 'the file';
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map(
        (key) => `${at([...path, key])}: unknown word \`${key}\` in ${where}.${didYouMean(key, words)}`,
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
      return bestBranch(issue.errors).flatMap((inner) => describe(inner, path, at, words));
    case 'invalid_type':
      if (issue.input === undefined) return [`${at(path)}: ${where} is missing; expected ${issue.expected}.`];
      return [`${at(path)}: ${where}: ${issue.message}.`];
    default:
      return [`${at(path)}: ${where}: ${issue.message}.`];
  }
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

const firstLine = (text: string) => text.split('\n', 1)[0] ?? text;

export function didYouMean(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === null ? '' : ` Did you mean \`${near}\`?`;
}

/** The candidate with the smallest edit distance, when close enough to be a typing mistake. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

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
