/** JQL text to a tree: clauses, AND, OR, NOT, parentheses, ORDER BY. What fields and values mean is decided by jql-compile. */

import { badRequest } from '../refusal.js';

export interface Value {
  readonly text: string;
  /** Quotes matter: `updated >= 1732877091000` is epoch milliseconds, `"1732877091000"` is not. */
  readonly quoted: boolean;
}

export interface Clause {
  readonly kind: 'clause';
  readonly field: string;
  readonly op: '=' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in' | 'is' | 'is not';
  readonly values: readonly Value[];
}

export type Condition =
  | Clause
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition };

export interface Query {
  /** null: no restriction at all. */
  readonly where: Condition | null;
  readonly order: readonly { readonly field: string; readonly descending: boolean }[];
}

interface Token {
  readonly text: string;
  readonly kind: 'word' | 'quoted' | 'mark';
}

const TOKEN = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(>=|<=|!=|[=<>(),~])|([^\s"'=<>!(),~]+))/y;

function tokenize(jql: string): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  const text = jql.trimEnd();
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const found = pattern.exec(text);
    if (found === null) throw badRequest(`Error in the JQL Query: unexpected character at position ${at + 1}.`);
    const quoted = found[1] ?? found[2];
    if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted.replace(/\\(.)/g, '$1') });
    else if (found[3] !== undefined) tokens.push({ kind: 'mark', text: found[3] });
    else tokens.push({ kind: 'word', text: found[4] ?? '' });
  }
  return tokens;
}

/** Throws a Refusal (400) with a sentence in Jira's manner. */
export function parseJql(jql: string): Query {
  const parser = new Parser(tokenize(jql));
  const where = parser.atOrder() || parser.atEnd() ? null : parser.either();
  const order = parser.order();
  if (!parser.atEnd()) throw parser.unexpected();
  return { where, order };
}

class Parser {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  atEnd(): boolean {
    return this.at >= this.tokens.length;
  }

  atOrder(): boolean {
    return this.isWord('order') && this.isWord('by', 1);
  }

  either(): Condition {
    return this.joined('or', () => this.joined('and', () => this.single()));
  }

  order(): Query['order'] {
    if (!this.atOrder()) return [];
    this.at += 2;
    const fields: { field: string; descending: boolean }[] = [];
    do {
      const field = this.take().text.toLowerCase();
      const descending = this.isWord('desc');
      if (descending || this.isWord('asc')) this.at += 1;
      fields.push({ field, descending });
    } while (this.takeMark(','));
    if (fields.length > 7) throw badRequest('JQL can be ordered by at most 7 fields.');
    return fields;
  }

  unexpected(): Error {
    const token = this.tokens[this.at];
    if (token === undefined) return badRequest('Error in the JQL Query: the query ends too early.');
    return badRequest(`Error in the JQL Query: Expecting either 'OR' or 'AND' but got '${token.text}'.`);
  }

  private joined(word: 'and' | 'or', next: () => Condition): Condition {
    const parts = [next()];
    while (this.isWord(word)) {
      this.at += 1;
      parts.push(next());
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: word, parts };
  }

  private single(): Condition {
    if (this.isWord('not')) {
      this.at += 1;
      return { kind: 'not', part: this.single() };
    }
    if (!this.takeMark('(')) return this.clause();
    const inner = this.either();
    if (!this.takeMark(')')) throw this.unexpected();
    return inner;
  }

  private clause(): Clause {
    const field = this.take();
    if (field.kind === 'mark') throw badRequest(`Error in the JQL Query: '${field.text}' is not a field.`);
    const op = this.operator();
    return { kind: 'clause', field: field.text.toLowerCase(), op, values: this.values(op) };
  }

  private operator(): Clause['op'] {
    const text = this.take().text.toLowerCase();
    if (text === 'not' && this.isWord('in')) {
      this.at += 1;
      return 'not in';
    }
    if (text === 'is' && this.isWord('not')) {
      this.at += 1;
      return 'is not';
    }
    if (['=', '!=', '<', '<=', '>', '>=', 'in', 'is'].includes(text)) return text as Clause['op'];
    throw badRequest(`Error in the JQL Query: the operator '${text}' is not supported.`);
  }

  private values(op: Clause['op']): Value[] {
    if (op !== 'in' && op !== 'not in') return [this.value()];
    if (!this.takeMark('(')) throw this.unexpected();
    const values: Value[] = [];
    do values.push(this.value());
    while (this.takeMark(','));
    if (!this.takeMark(')')) throw this.unexpected();
    return values;
  }

  private value(): Value {
    const token = this.take();
    if (token.kind === 'mark') throw badRequest(`Error in the JQL Query: expected a value but got '${token.text}'.`);
    if (token.kind === 'word' && this.takeMark('(')) {
      if (!this.takeMark(')')) throw this.unexpected();
      return { text: `${token.text}()`, quoted: false };
    }
    return { text: token.text, quoted: token.kind === 'quoted' };
  }

  private take(): Token {
    const token = this.tokens[this.at];
    if (token === undefined) throw this.unexpected();
    this.at += 1;
    return token;
  }

  private takeMark(mark: string): boolean {
    const token = this.tokens[this.at];
    if (token?.kind !== 'mark' || token.text !== mark) return false;
    this.at += 1;
    return true;
  }

  private isWord(word: string, ahead = 0): boolean {
    const token = this.tokens[this.at + ahead];
    return token?.kind === 'word' && token.text.toLowerCase() === word;
  }
}
