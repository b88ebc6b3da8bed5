/** One command, from its options to its exit code. */

import type { Command, OptionValues } from 'commander';
import { knownError, unexpectedError } from '../app/unexpected.js';
import { exitCodeOf } from '../core/errors.js';
import type { Load } from './command.js';
import { Context, type GlobalOptions } from './context.js';
import type { Io } from './ui/io.js';
import { failureText } from './ui/json.js';

/** @returns the exit code; throws nothing. */
export async function runCommand<Options extends OptionValues>(
  io: Io,
  command: Command,
  load: Load<Options>,
): Promise<number> {
  const context = new Context(io, command.optsWithGlobals<GlobalOptions>(), rootOf(command));
  try {
    const { run } = await load();
    return await run(context, command.args, command.opts<Options>());
  } catch (error) {
    return reportError(context, error, command.opts<{ json?: true }>().json === true);
  }
}

const rootOf = (command: Command): Command => (command.parent ? rootOf(command.parent) : command);

/** One record for one error. A person is shown its lines one below the other, and none of them passes for an error of its own. */
function recordsOf(message: string, forPeople: boolean): readonly string[] {
  const [first = '', ...others] = message.split('\n').filter((line) => line.trim() !== '');
  return forPeople ? [first, ...others.map((line) => `  ${line}`)] : [message];
}

/**
 * Tells the user of an error that ends a command; the developer's part comes with `--log-level debug`.
 * @param json whether standard output was promised a JSON document. @returns the exit code.
 */
function reportError(context: Context, error: unknown, json: boolean): number {
  const { message, kind, detail } = knownError(error) ?? unexpectedError(error);
  const exitCode = exitCodeOf([kind]);
  for (const record of recordsOf(message, context.io.stderr.isTTY === true)) context.log.error(record);
  context.log.debug('developer detail', {
    detail,
    stack: error instanceof Error ? error.stack : undefined,
    cause: error instanceof Error && error.cause instanceof Error ? error.cause.stack : undefined,
  });
  if (json) context.printJsonText(failureText(message));
  return exitCode;
}
