/** What was typed at the prompt, kept from session to session: a file of this user alone, a JSON text a line, the oldest first. */
import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Statements that are remembered. */
const MOST = 1000;
const MODE = 0o600;

export class HistoryFile {
  /** @param path undefined: nothing is kept */
  constructor(private readonly path: string | undefined) {}

  /** The newest first, as readline wants them. */
  load(): string[] {
    if (this.path === undefined) return [];
    const all = statementsOf(this.path);
    if (all.length > 2 * MOST)
      this.#orNot((path) => writeFileSync(path, all.slice(-MOST).map(lineOf).join(''), { mode: MODE }));
    return all.slice(-MOST).reverse();
  }

  add(statement: string): void {
    this.#orNot((path) => {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      appendFileSync(path, lineOf(statement), { mode: MODE });
      // Whatever made it before: statements name people.
      chmodSync(path, MODE);
    });
  }

  /** A disk that cannot be written must not end a session. */
  #orNot(work: (path: string) => void): void {
    if (this.path === undefined) return;
    try {
      work(this.path);
    } catch {
      // The session goes on without a memory.
    }
  }
}

const lineOf = (statement: string) => `${JSON.stringify(statement)}\n`;

function statementsOf(path: string): readonly string[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    try {
      const statement: unknown = JSON.parse(line);
      return typeof statement === 'string' && statement.trim() !== '' ? [statement] : [];
    } catch {
      // Half a line of a session that was killed.
      return [];
    }
  });
}
