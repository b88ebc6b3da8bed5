/** The prompt of `connector query`: lines become statements, statements are answered, and only Ctrl-D or \\q leaves. */
import { createInterface, type Interface } from 'node:readline';
import { ConnectorError } from '../../core/errors.js';
import { fold } from '../../core/fold.js';
import { printable, printableLines } from '../../core/printable.js';
import type { Io } from '../ui/io.js';
import { type Command, commandOf, type Fold, HELP } from './commands.js';
import { completionsOf, type Names } from './completer.js';
import type { HistoryFile } from './history-file.js';

export interface Session {
  readonly greeting: string;
  readonly history: HistoryFile;
  readonly names: Names;
  /** Shows the answer to a text; `around` is called before and after another program has the terminal. */
  answer(sql: string, fold: Fold, around: (work: () => Promise<boolean>) => Promise<boolean>): Promise<void>;
  /** Ends the statement under way. */
  interrupt(): void;
}

const NEXT_FOLD: Readonly<Record<Fold, Fold>> = { wide: 'always', always: 'never', never: 'wide' };
const FOLD_WORDS: Readonly<Record<Fold, string>> = {
  wide: 'Rows too wide for the terminal are shown as records.',
  always: 'All rows are shown as records.',
  never: 'All rows are shown as tables.',
};

/** Ends when the user leaves or the input does. */
export async function sqlPrompt(io: Io, session: Session): Promise<void> {
  const prompt = new SqlPrompt(io, session);
  const stop = () => prompt.leave();
  io.signal.addEventListener('abort', stop, { once: true });
  try {
    await prompt.ended;
  } finally {
    io.signal.removeEventListener('abort', stop);
  }
}

class SqlPrompt {
  readonly ended: Promise<void>;
  readonly #lines: Interface;
  #end: () => void = () => undefined;
  /** Lines that came while a statement was under way. */
  #waiting: string[] = [];
  #statement = '';
  #isBusy = false;
  #isOpen = true;
  #fold: Fold = 'wide';
  /** Readline's own list, which it lets us change. */
  #history: string[];

  constructor(
    private readonly io: Io,
    private readonly session: Session,
  ) {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#history = session.history.load();
    this.#lines = createInterface({
      input: io.stdin,
      output: io.stderr,
      terminal: true,
      history: [...this.#history],
      historySize: 1000,
      completer: (line: string, done: (error: null, result: [string[], string]) => void) =>
        void this.#complete(line, done),
    });
    this.#say(`${printable(session.greeting)}\n.help says what can be typed; end a statement with ";".`);
    this.#lines.on('history', (history) => {
      this.#history = history;
    });
    this.#lines.on('line', (line) => {
      this.#waiting.push(line);
      void this.#work();
    });
    this.#lines.on('SIGINT', () => this.#interrupted());
    this.#lines.on('close', () => {
      this.#isOpen = false;
      if (!this.#isBusy) this.#end();
    });
    this.#prompt();
  }

  leave(): void {
    this.#waiting = [];
    if (this.#isBusy) this.session.interrupt();
    this.#lines.close();
  }

  /** One statement at a time, in the order of the lines. */
  async #work(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (let line = this.#waiting.shift(); line !== undefined; line = this.#waiting.shift()) await this.#take(line);
    this.#isBusy = false;
    if (this.#isOpen) this.#prompt();
    else this.#end();
  }

  async #take(line: string): Promise<void> {
    const command = this.#statement === '' ? commandOf(line) : null;
    if (command !== null) return this.#do(command);
    if (this.#statement === '' && line.trim() === '') return;
    this.#statement += this.#statement === '' ? line : `\n${line}`;
    if (!/;\s*$/.test(line)) return;
    const statement = this.#statement;
    this.#statement = '';
    this.#remember(statement);
    await this.#answer(statement);
  }

  async #do(command: Command): Promise<void> {
    switch (command.do) {
      case 'leave':
        return this.leave();
      case 'help':
        return this.#say(HELP.trimEnd());
      case 'fold':
        this.#fold = NEXT_FOLD[this.#fold];
        return this.#say(FOLD_WORDS[this.#fold]);
      case 'complain':
        return this.#say(printable(command.text));
      case 'sql':
        return this.#answer(command.sql);
    }
  }

  async #answer(sql: string): Promise<void> {
    const began = performance.now();
    try {
      await this.session.answer(sql, this.#fold, (work) => this.#lend(work));
      this.#say(`${((performance.now() - began) / 1000).toFixed(2)} s`);
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      this.#say(error.kind === 'interrupted' ? 'Cancelled.' : error.message.split('\n').map(printable).join('\n  '));
    }
  }

  /** The keys are the other program's meanwhile. */
  async #lend(work: () => Promise<boolean>): Promise<boolean> {
    const { stdin } = this.io;
    this.#lines.pause();
    setRaw(stdin, false);
    try {
      return await work();
    } finally {
      setRaw(stdin, true);
      this.#lines.resume();
    }
  }

  /** The statement whole, in place of its lines. */
  #remember(statement: string): void {
    const lines = statement.split('\n').length;
    if (lines > 1) this.#history.splice(0, Math.min(lines, this.#history.length), statement);
    this.session.history.add(statement);
  }

  #interrupted(): void {
    const isEmpty = this.#statement === '' && this.#lines.line === '';
    // What was typed behind a statement was meant to come after it.
    this.#waiting = [];
    this.#statement = '';
    this.#lines.write(null, { ctrl: true, name: 'e' });
    this.#lines.write(null, { ctrl: true, name: 'u' });
    if (this.#isBusy) {
      this.session.interrupt();
      return;
    }
    this.io.stderr.write('\n');
    if (isEmpty) this.#say('Ctrl-D leaves.');
    this.#prompt();
  }

  async #complete(line: string, done: (error: null, result: [string[], string]) => void): Promise<void> {
    // The one connection is taken.
    if (this.#isBusy) return done(null, [[], line]);
    const [found, word] = await completionsOf(line, this.session.names).catch((): [string[], string] => [[], line]);
    done(null, [[...found], word]);
  }

  #prompt(): void {
    this.#lines.setPrompt(this.#statement === '' ? 'sql> ' : '...> ');
    this.#lines.prompt();
  }

  #say(text: string): void {
    this.io.stderr.write(`${fold(printableLines(text), this.io.stderr.columns)}\n`);
  }
}

function setRaw(stdin: Io['stdin'], isRaw: boolean): void {
  if ('setRawMode' in stdin && typeof stdin.setRawMode === 'function') stdin.setRawMode(isRaw);
}
