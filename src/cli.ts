#!/usr/bin/env node
/** The command line: argv and environment -> one command -> exit code. */
import './app/settings/freed-memory.js';
import { setMaxListeners } from 'node:events';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Command, CommanderError, Option } from 'commander';
import { processEnvironment } from './app/settings/environment.js';
import type { Run } from './cli/command.js';
import { registrations } from './cli/commands/registrations.js';
import type { Io } from './cli/ui/io.js';
import { LOG_LEVELS } from './cli/ui/log-levels.js';
import { ENGINE } from './core/engine.js';
import { EXIT } from './core/errors.js';
import { printableLines } from './core/printable.js';

/** Runs one command line. @returns the exit code; throws only when the installation is broken. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  // Every request under way listens; that many are no leak.
  setMaxListeners(0, io.signal);
  let exitCode: number = EXIT.ok;
  const run: Run =
    (load) =>
    async (...all) => {
      // Commander hands over the arguments, the options and the command itself.
      const command = all.at(-1) as Command;
      const { runCommand } = await import('./cli/run-command.js');
      exitCode = await runCommand(io, command, load);
    };
  const program = makeProgram(io);
  for (const register of registrations) register(program, run);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    throw error;
  }
}

function makeProgram(io: Io): Command {
  return new Command('connector')
    .description('Reads a Jira site into Apache Iceberg tables.')
    .version(ENGINE.version)
    .option('--config <file>', 'settings file (default: sync.yaml in the current folder, if there is one)')
    .option('--warehouse <folder>', 'where the tables are (default: ./warehouse)')
    .addOption(new Option('--log-level <level>', 'what to tell on standard error').choices(LOG_LEVELS).default('info'))
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(printableLines(text)),
      // It repeats what was typed.
      writeErr: (text) => void io.stderr.write(printableLines(text)),
    })
    .showSuggestionAfterError()
    .exitOverride();
}

/** Asks the run to stop at the first signal, leaves at the second. @returns the signal and, later, which one it was. */
function watchSignals(): { signal: AbortSignal; exitCode: () => number | undefined } {
  const controller = new AbortController();
  let code: number | undefined;
  const on = (name: NodeJS.Signals, exitCode: number) =>
    process.on(name, () => {
      if (code !== undefined) process.exit(exitCode);
      code = exitCode;
      controller.abort();
    });
  on('SIGINT', EXIT.interrupted);
  on('SIGTERM', EXIT.terminated);
  return { signal: controller.signal, exitCode: () => code };
}

/** This process as the command line; ends it. */
export async function runProcess(): Promise<void> {
  // V8 would let dead pages pile up to a gigabyte on a machine that has it. Two fifths beyond what is in use is a middle way: at a
  // fifth, collecting takes a fifth of all CPU time more; without a bound the process holds half as much memory again.
  setFlagsFromString('--heap-growing-percent=40');
  // `connector query … | head` closes our output early; that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed),
  );
  const signals = watchSignals();
  const { stdin, stdout, stderr } = process;
  const io: Io = { stdin, stdout, stderr, env: processEnvironment(), cwd: process.cwd(), signal: signals.signal };
  const code = await main(process.argv.slice(2), io);
  // Flush, then leave: an open connection of a library must not hold the process.
  stdout.write('', () => process.exit(signals.exitCode() ?? code));
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  await runProcess();
