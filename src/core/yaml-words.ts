/**
 * What is said of a text that is no YAML. The parser's own messages repeat what stands there, which may be a secret: of a
 * problem only its code and its place are passed on, and of a word in the file only one that can hardly be a secret.
 */
import type { ErrorCode } from 'yaml';

const QUOTE = 'a value that holds : # { } [ ] , & * ! | > % @ or begins with a quote must stand in quotes';

const WORDS: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias takes no tag and no anchor',
  BAD_ALIAS: `an alias is not well formed; ${QUOTE}`,
  BAD_COLLECTION_TYPE: 'a tag does not fit what it stands before',
  BAD_DIRECTIVE: `a line begins with %; ${QUOTE}`,
  BAD_DQ_ESCAPE: 'a backslash in double quotes begins an unknown escape; use single quotes, or write it twice',
  BAD_INDENT: 'the indentation does not fit the lines above',
  BAD_PROP_ORDER: 'a tag or an anchor stands at the wrong place',
  BAD_SCALAR_START: `a value begins with a reserved character; ${QUOTE}`,
  BLOCK_AS_IMPLICIT_KEY: `there are two keys on one line; ${QUOTE}`,
  BLOCK_IN_FLOW: `inside { } and [ ] everything must stand in the short form; ${QUOTE}`,
  DUPLICATE_KEY: 'a word stands twice in one map',
  IMPOSSIBLE: 'it cannot be understood',
  KEY_OVER_1024_CHARS: 'a word before a colon is longer than 1024 characters',
  MISSING_CHAR: `something is missing: a closing quote or bracket, a comma, or ": " (colon and space) after a word; ${QUOTE}`,
  MULTILINE_IMPLICIT_KEY: `a line lacks ": " (colon and space) after its word, or a quote is not closed; ${QUOTE}`,
  MULTIPLE_ANCHORS: 'a value takes one anchor at most',
  MULTIPLE_DOCS: 'the file must hold one document',
  MULTIPLE_TAGS: 'a value takes one tag at most',
  NON_STRING_KEY: 'a key must be a plain word',
  RESOURCE_EXHAUSTION: 'it is nested too deep',
  TAB_AS_INDENT: 'lines are indented by spaces, not by tabs',
  TAG_RESOLVE_FAILED: `a tag is unknown; ${QUOTE}`,
  UNEXPECTED_TOKEN: `something stands where nothing may; ${QUOTE}`,
};

/** `…, and its code`, without a full stop. */
export function wordsOf(code: ErrorCode): string {
  return `${WORDS[code]} (${code})`;
}

const LONGEST = 24;

/**
 * A word of the file as it may be shown; null when it may be a secret: `{ type: pat, SECRET }` and `api_token:SECRET`
 * make keys of one.
 */
export function shownWord(word: string): string | null {
  return word.length <= LONGEST && /^[a-z]+(_[a-z]+)*$/.test(word) ? word : null;
}
