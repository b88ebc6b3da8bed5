/** `connector write` with its flags: one for each input of an action, those of sets of rows, and those of earlier runs. */
import { Argument, Option } from 'commander';
import type { Registration } from '../command.js';
import { collect, wholeNumber } from '../flags.js';
import { INPUTS } from './write-inputs.js';

export const write: Registration = (program, run) => {
  const command = program
    .command('write')
    .summary('writes back to Jira, exactly once; off until the settings allow it')
    .description(
      'For files, queries, searches and deletions it says what it would do, and sends nothing without --yes. An action that only reads answers at once.',
    )
    .addArgument(new Argument('[action]', 'see connector actions'))
    .option('--connection <name>', 'where to; default: the only one');
  for (const [flag, about] of INPUTS) command.option(flag, about);
  command
    .option('--field <name=value>', 'any field of the issue; may be repeated', collect, [])
    .addOption(new Option('--markup <kind>', 'what texts are written in').choices(['plain', 'markdown', 'adf', 'wiki']))
    .option('--from <file>', 'rows of a .csv or .ndjson file, or - for standard input')
    .addOption(new Option('--format <format>', 'of standard input').choices(['csv', 'ndjson']))
    .addOption(new Option('--empty <what>', 'what an empty cell does').choices(['leaves', 'clears']).default('leaves'))
    .option('--sql <sql>', 'rows of a query over the warehouse')
    .option('--jql <jql>', 'one row for each issue that it finds')
    .option('--yes', 'send it')
    .option('--confirm <number>', 'of deletions: how many there are', wholeNumber(1))
    .option('--again <name>', 'do once more what was done already; another name does it another time')
    .option('--notify', 'send mail about it')
    .option('--no-notify', 'ask for no mail about it')
    .option('--status <run>', 'what became of the rows of a run')
    .option('--retry-failed <run>', 'send those rows of a run again that failed')
    .option('--undo <run>', 'take back what a run did')
    .option('--json', 'one JSON document')
    .action(run(() => import('./write.js')));
};
