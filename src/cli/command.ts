/** How a command is made: commander reads argv, one action answers with an exit code. */
import type { Command, OptionValues } from 'commander';
import type { Context } from './context.js';

/** `options` are the command's own flags; global ones are in the context. */
export type Action<Options> = (context: Context, args: readonly string[], options: Options) => Promise<number>;

/** A file of `commands/`, loaded when it is called: `--help` needs none of them. */
export type Load<Options> = () => Promise<{ readonly run: Action<Options> }>;

/** Turns a file into a commander handler; given by `main`, which knows the outside world. */
export type Run = <Options extends OptionValues>(load: Load<Options>) => (...all: unknown[]) => Promise<void>;

/** Adds one command to the program: its name, what it is for and its flags. */
export type Registration = (program: Command, run: Run) => void;

/** The command itself and all below it. */
export const commandsBelow = (command: Command): readonly Command[] => [
  command,
  ...command.commands.flatMap((one) => commandsBelow(one)),
];
