/** `connector completion SHELL`: what makes a shell complete the words of this command line. */
import { EXIT } from '../../core/errors.js';
import type { Action } from '../command.js';
import { completionScript } from '../completion.js';
import { SHELLS } from '../shells.js';

export const run: Action<object> = async (context, [name]) => {
  const shell = SHELLS.find((one) => one === name) ?? 'bash';
  const known = new Map([['--stream', [...context.registry().streams.keys()]]]);
  context.print(completionScript(context.program, shell, known).trimEnd());
  return EXIT.ok;
};
