/** Calls between a process and its child, in both directions, over the channel that Node keeps between them. */
import { ConnectorError, type ErrorKind } from '../../core/errors.js';
import type { TableName } from '../../writers/iceberg/model.js';
import type { Piece } from '../formats/formats.js';
import type { FormatName } from '../formats/names.js';
import type { FormatOptions } from '../formats/result-rows.js';
import type { TableFiles } from '../tables/table-views.js';
import type { OpenViews, ViewsWanted } from '../views.js';

export interface Asked extends FormatOptions {
  readonly sql: string;
  readonly format: FormatName | 'parquet';
}

export interface Opened extends Pick<OpenViews, 'tables' | 'peopleViews' | 'peopleFunctions' | 'problems'> {
  /** Of everything in `main`, each once. */
  readonly columnNames: readonly string[];
}

/** What one side asks and the other answers. */
export interface Calls {
  /** Of the child, once and first. */
  open(wanted: ViewsWanted): Promise<Opened>;
  /** Of the child: its pieces have been taken when it has answered. */
  answer(asked: Asked): Promise<null>;
  /** Of the parent: a piece of the answer is under way until the parent has got rid of it, so that none pile up. */
  take(piece: Piece): Promise<null>;
  /** Of the parent, which alone reaches stores and catalogs. */
  files(table: TableName): Promise<TableFiles>;
}

type CallName = keyof Calls;
type Input<Name extends CallName> = Parameters<Calls[Name]>[0];
type Output<Name extends CallName> = Awaited<ReturnType<Calls[Name]>>;

/** An error without what may not leave the process: its stack and its cause. */
interface ToldError {
  /** Null for one that nobody foresaw. */
  readonly kind: ErrorKind | null;
  readonly message: string;
  readonly detail: string | undefined;
}

export type Message =
  | { readonly call: CallName; readonly id: number; readonly input: unknown }
  | { readonly id: number; readonly output: unknown }
  | { readonly id: number; readonly error: ToldError };

interface Waiting {
  readonly resolve: (output: never) => void;
  readonly reject: (error: unknown) => void;
}

export class Peer {
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #over: unknown;

  /** @param send gives a message to the other side */
  constructor(
    private readonly send: (message: Message) => void,
    private readonly handlers: Partial<Calls>,
  ) {}

  call<Name extends CallName>(call: Name, input: Input<Name>): Promise<Output<Name>> {
    return new Promise((resolve, reject) => {
      if (this.#over !== undefined) {
        reject(this.#over);
        return;
      }
      const id = this.#calls++;
      this.#waiting.set(id, { resolve, reject });
      this.send({ call, id, input });
    });
  }

  /** To be told of each message of the other side. */
  receive(message: Message): void {
    if ('call' in message) {
      void this.#handle(message.call, message.id, message.input);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ('error' in message) waiting?.reject(heard(message.error));
    else waiting?.resolve(message.output as never);
  }

  /** Ends every call, those to come too: the other side is gone. The first reason counts. */
  fail(error: unknown): void {
    this.#over ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#over);
    this.#waiting.clear();
  }

  async #handle(call: CallName, id: number, input: unknown): Promise<void> {
    try {
      const handler = this.handlers[call];
      if (!handler) throw new Error(`Nobody answers ${call} here.`);
      this.send({ id, output: await handler(input as never) });
    } catch (error) {
      this.send({ id, error: told(error) });
    }
  }
}

function told(error: unknown): ToldError {
  if (error instanceof ConnectorError) return { kind: error.kind, message: error.message, detail: error.detail };
  return { kind: null, message: error instanceof Error ? error.message : String(error), detail: undefined };
}

function heard({ kind, message, detail }: ToldError): Error {
  return kind === null ? new Error(message) : new ConnectorError(kind, message, { detail });
}
