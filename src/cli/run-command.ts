/** One command, from its options to its exit code. */
import type { Command, OptionValues } from 'commander';
import type { Load } from './command.js';
import { Context, type GlobalOptions } from './context.js';
import { reportError } from './failure.js';
import type { Io } from './ui/io.js';

/** @returns the exit code; throws nothing. */
export async function runCommand<Options extends OptionValues>(
  io: Io,
  command: Command,
  load: Load<Options>,
): Promise<number> {
  const context = new Context(io, command.optsWithGlobals<GlobalOptions>());
  try {
    const { run } = await load();
    return await run(context, command.args, command.opts<Options>());
  } catch (error) {
    return reportError(context, error, command.opts<{ json?: true }>().json === true);
  }
}
