/** The fenced blocks of the pages, with what the page says of running them. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../../..');

export interface Block {
  readonly page: string;
  /** Of the fence, from 1. */
  readonly line: number;
  /** The first word behind the fence. */
  readonly language: string;
  readonly text: string;
  /** From the comment before the block: `<!-- not run: REASON -->`, or `<!-- run by FILE -->`. */
  readonly mark: { readonly word: 'not run' | 'run by'; readonly text: string } | undefined;
}

/** Pages for people, by path from the root. */
export function pages(): readonly string[] {
  const listed = execFileSync(
    'git',
    ['ls-files', '-co', '--exclude-standard', 'README.md', 'CONTRIBUTING.md', 'docs/*.md'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  return listed.trim().split('\n');
}

export const blocksOf = (page: string): readonly Block[] => blocksIn(page, readFileSync(join(root, page), 'utf8'));

/** A fence ends with as many backticks as it began with, so that a block may show a block. */
export function blocksIn(page: string, text: string): readonly Block[] {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const [, indent = '', fence, language = ''] = /^( *)(`{3,})(\S*)/.exec(lines[at] ?? '') ?? [];
    if (fence === undefined) continue;
    const end = lines.findIndex((line, index) => index > at && line.trim() === fence);
    if (end < 0) throw new Error(`${page}:${at + 1}: the block has no end.`);
    const inside = lines.slice(at + 1, end).map((line) => line.replace(indent, ''));
    blocks.push({ page, line: at + 1, language, text: `${inside.join('\n')}\n`, mark: markBefore(lines.slice(0, at)) });
    at = end;
  }
  return blocks;
}

function markBefore(lines: readonly string[]): Block['mark'] {
  const above = lines.join('\n').trimEnd();
  const [, word, text] = /<!-- (not run|run by):? ([^<>]+) -->$/.exec(above) ?? [];
  if (text === undefined) return undefined;
  return { word: word === 'run by' ? 'run by' : 'not run', text };
}
