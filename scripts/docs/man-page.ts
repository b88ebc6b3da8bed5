/** `connector.1`, the page of `man connector`: the commands' own descriptions, as `--help` shows them, and the exit codes of README.md. */
import { PassThrough } from 'node:stream';
import type { Command, Help } from 'commander';
import { commandsBelow } from '../../src/cli/command.js';
import { makeProgram } from '../../src/cli/commands/program.js';
import { ENGINE } from '../../src/core/engine.js';

const ENVIRONMENT: readonly (readonly [string, string])[] = [
  ['JIRA_URL', "The site's address, or its bare subdomain. With a sync.yaml, its connections are read instead."],
  ['JIRA_EMAIL, JIRA_API_TOKEN', 'Credentials of Jira Cloud, for JIRA_URL.'],
  ['JIRA_PAT', 'A personal access token of Data Center, instead of these two.'],
  ['CONNECTOR_WAREHOUSE', 'Where the tables are: a folder, or s3://bucket/prefix; wins over sync.yaml.'],
  ['CONNECTOR_REQUESTS_PER_SECOND', 'At most so many; default 5, at most 100; wins over sync.yaml.'],
  ['XDG_CACHE_HOME', 'Copies of remote files and rows on their way there lie below it; default ~/.cache.'],
  ['XDG_STATE_HOME', 'Tokens of OAuth and the history of the prompt lie below it; default ~/.local/state.'],
];

/** @param readme the text of README.md */
export function manPage(readme: string): string {
  const program = makeProgram({ stdout: new PassThrough(), stderr: new PassThrough() }, () => async () => undefined);
  const help = program.createHelp();
  const commands = commandsBelow(program).filter((one) => one !== program && one.commands.length === 0);
  return [
    `.TH CONNECTOR 1 "" ${quoted(`${ENGINE.name} ${ENGINE.version}`)} "User Commands"`,
    '.SH NAME',
    `connector \\- ${plain(program.description())}`,
    '.SH SYNOPSIS',
    '.B connector',
    '[\\fIoptions\\fR] \\fIcommand\\fR [\\fIarguments\\fR]',
    '.SH OPTIONS',
    ...optionsOf(program, help),
    '.SH COMMANDS',
    ...commands.flatMap((command) => partOf(command, help)),
    '.SH EXIT STATUS',
    ...exitCodes(readme).flatMap(([code, meaning]) => entry(code, meaning)),
    '.SH ENVIRONMENT',
    ...ENVIRONMENT.flatMap(([name, meaning]) => entry(name, meaning)),
    '.SH FILES',
    ...entry('sync.yaml', 'Settings, taken from the current folder when --config names no other file.'),
    ...entry('warehouse/', 'The tables, when nothing else is said.'),
    '',
  ].join('\n');
}

function partOf(command: Command, help: Help): readonly string[] {
  return [
    `.SS ${quoted(help.commandUsage(command).replace(/^connector /, ''))}`,
    plain(help.subcommandDescription(command)),
    ...command.registeredArguments.flatMap((one) =>
      entry(one.required ? `<${one.name()}>` : `[${one.name()}]`, help.argumentDescription(one)),
    ),
    ...optionsOf(command, help),
  ];
}

const optionsOf = (command: Command, help: Help): readonly string[] =>
  help
    .visibleOptions(command)
    // Said once, at the program's own.
    .filter(({ long }) => long !== '--help' || !command.parent)
    .flatMap((option) => entry(help.optionTerm(option), help.optionDescription(option)));

/** Rows of the table below the heading. */
function exitCodes(readme: string): readonly (readonly [string, string])[] {
  const [, section = ''] = /^## Exit codes\n([\s\S]*?)^[^|\n]/m.exec(readme) ?? [];
  return [...section.matchAll(/^\| (\d[\d, ]*) \| (.+) \|$/gm)].map(([, code = '', meaning = '']) => [code, meaning]);
}

const entry = (term: string, meaning: string): readonly string[] => ['.TP', `.B ${plain(term)}`, plain(meaning)];

/** What is no request of troff's: a hyphen is the one of the keyboard, and a line does not begin with a dot. */
function plain(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('`', '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/[^ -~]/gu, (sign) => `\\[u${sign.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`)
    .replace(/^([.'])/, '\\&$1');
}

const quoted = (text: string): string => `"${plain(text).replaceAll('"', '\\(dq')}"`;
