/** Every command with its flags as one value: the command line runs it, completion and the man page describe it. */
import { Command, Help, Option } from 'commander';
import { ENGINE } from '../../core/engine.js';
import { printableLines } from '../../core/printable.js';
import { commandsBelow, type Run } from '../command.js';
import type { Io } from '../ui/io.js';
import { LOG_LEVELS } from '../ui/log-levels.js';
import { registrations } from './registrations.js';

/** @param run makes the handler of a command out of its file */
export function makeProgram(io: Pick<Io, 'stdout' | 'stderr'>, run: Run): Command {
  const program = new Command('connector')
    .description('Reads a Jira site into Apache Iceberg tables.')
    .version(ENGINE.version)
    .option('--config <file>', 'settings file (default: sync.yaml in the current folder, if there is one)')
    .option('--warehouse <folder>', 'where the tables are (default: ./warehouse)')
    .addOption(new Option('--log-level <level>', 'what to tell on standard error').choices(LOG_LEVELS).default('info'))
    .configureHelp({ showGlobalOptions: true, optionDescription: (option) => describe(option) })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(printableLines(text)),
      // It repeats what was typed.
      writeErr: (text) => void io.stderr.write(printableLines(text)),
    })
    .showSuggestionAfterError()
    .exitOverride();
  for (const register of registrations) register(program, run);
  for (const command of commandsBelow(program)) offerJsonLines(command);
  return program;
}

/** A flag that may be repeated begins with none: that is no default to tell of. */
const describe = (option: Option) => new Help().optionDescription(option).replace(/ \(default: \[\]\)$/, '');

/** Schedulers keep the last line of what a job says. */
function offerJsonLines(command: Command): void {
  if (command.options.some(({ long }) => long === '--json'))
    command.addOption(new Option('--json-lines', 'the same on one line').implies({ json: true }));
}
