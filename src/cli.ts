#!/usr/bin/env node
/** The command line: argv and environment -> one command -> exit code. */
import './app/settings/freed-memory.js';
import { setMaxListeners } from 'node:events';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { type Command, CommanderError } from 'commander';
import { processEnvironment } from './app/settings/environment.js';
import type { Run } from './cli/command.js';
import { makeProgram } from './cli/commands/program.js';
import type { Io } from './cli/ui/io.js';
import { failureText, writeJson } from './cli/ui/json.js';
import { EXIT } from './core/errors.js';

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
  const program = makeProgram(io, run);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.ok;
    // Standard output was promised a document, whatever is wrong with the words beside the flag.
    const wanted = argv.find((word) => word === '--json' || word === '--json-lines');
    if (wanted) writeJson(io, failureText(error.message.replace(/^error: /, '')), wanted === '--json-lines');
    return EXIT.usage;
  }
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
  let goesOn = false;
  // `connector query … | head` closes our output early; that is no failure, and ends what was made for that reader alone.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exit(EXIT.failed);
    if (!goesOn) process.exit(EXIT.ok);
  });
  const signals = watchSignals();
  const { stdin, stdout, stderr } = process;
  const io: Io = {
    ...{ stdin, stdout, stderr, env: processEnvironment(), cwd: process.cwd(), signal: signals.signal },
    goOnUnread: () => {
      goesOn = true;
    },
  };
  const code = await main(process.argv.slice(2), io);
  // Flush, then leave: an open connection of a library must not hold the process.
  stdout.write('', () => process.exit(signals.exitCode() ?? code));
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  await runProcess();
