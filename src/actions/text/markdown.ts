/** Markdown as a tree. What is beyond the subset that Jira's text knows is not parsed, or given with its source: it stays text. */

import { Marked, type MarkedToken, type Token, type Tokens } from 'marked';

/** `@[accountId]`, or `@[name]` on Data Center. */
interface Mention {
  readonly type: 'mention';
  readonly raw: string;
  readonly person: string;
}

export type MarkdownToken = MarkedToken | Mention;

const MENTION = /^@\[([\p{L}\p{N}][\p{L}\p{N}:._@-]{0,254})\]/u;

const parser = new Marked({
  gfm: true,
  // Line breaks count, as they do in Jira's own editor.
  breaks: true,
  // Definitions of links vanish from where they stand: without them both ends stay text.
  tokenizer: { def: () => undefined },
  extensions: [
    {
      name: 'mention',
      level: 'inline',
      start: (source) => source.indexOf('@['),
      tokenizer(source): Mention | undefined {
        const found = MENTION.exec(source);
        return found === null ? undefined : { type: 'mention', raw: found[0], person: found[1] ?? '' };
      },
    },
  ],
});

/** Null for what is nested too deeply to be meant. */
export function parseMarkdown(text: string): readonly MarkdownToken[] | null {
  try {
    return known(parser.lexer(text));
  } catch (error) {
    // The parser calls itself once for each level: thousands of `>` exhaust the stack.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The parser types what extensions add as anything; ours adds mentions alone. */
export const known = (tokens: readonly Token[] = []): readonly MarkdownToken[] => tokens as readonly MarkdownToken[];

/** Whether a table holds all of its source: a row longer than the head is cut by the parser, as GitHub's rules have it. */
export function isWhole({ raw, header, rows }: Tokens.Table): boolean {
  const words = (text: string) => text.replace(/[\s|\\:-]/g, '');
  return words(raw) === words([header, ...rows].flatMap((cells) => cells.map(({ text }) => text)).join(''));
}

/** Where a link of a text may lead: never to a script. */
export const isAddress = (href: string): boolean => /^(https?:\/\/|mailto:)\S+$/i.test(href);
