/** Scripts that let a shell complete the words of this command line. Made from the commands themselves, so none can be forgotten. */

import type { Command, Option } from 'commander';
import { commandsBelow } from './command.js';
import type { Shell } from './shells.js';

/** What may follow the words typed so far. */
interface Place {
  /** Commands from the program down, its own name left out: `auth login`; empty for the program. */
  readonly path: string;
  readonly words: readonly Word[];
  /** Flag -> what it may be followed by; an empty list: anything, files among them. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

type Known = ReadonlyMap<string, readonly string[]>;

interface Word {
  readonly word: string;
  readonly about: string;
}

/** @param known flag -> words that may follow it, beside those that the commands name themselves */
export function completionScript(program: Command, shell: Shell, known: Known): string {
  const places = commandsBelow(program).map((command) => placeOf(command, program, known));
  return { bash, zsh, fish }[shell](places);
}

function placeOf(command: Command, program: Command, known: Known): Place {
  const options = [...command.options, ...(command === program ? [] : program.options)].filter(({ hidden }) => !hidden);
  const help: Word = { word: '--help', about: 'display help for command' };
  return {
    path: pathOf(command),
    words: [
      ...command.commands.map((one) => ({ word: one.name(), about: one.summary() })),
      ...command.registeredArguments.flatMap((argument) =>
        (argument.argChoices ?? []).map((word) => ({ word, about: argument.description })),
      ),
      ...options.map((option) => ({ word: wordOf(option), about: option.description })),
      help,
    ],
    values: new Map(
      options
        .filter((option) => option.required || option.optional)
        .map((option) => [wordOf(option), option.argChoices ?? known.get(wordOf(option)) ?? []]),
    ),
  };
}

const wordOf = ({ long, short }: Option) => long ?? short ?? '';

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}`.trim() : '';
}

/** For a shell's single quotes. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** Finds the place: the longest run of commands among the words typed. Bash and zsh share it. */
function bash(places: readonly Place[]): string {
  const cases = places.map(
    ({ path, words, values }) => `    ${quoted(path)})
      case "$previous" in
${[...values].map(([flag, choices]) => `        ${flag}) ${choices.length ? `words=${quoted(choices.join(' '))}` : 'files=1'};;`).join('\n')}
        *) words=${quoted(words.map(({ word }) => word).join(' '))};;
      esac;;`,
  );
  const known = places.map(({ path }) => quoted(path)).join('|');
  return `# connector completion bash > /etc/bash_completion.d/connector   (or: source <(connector completion bash))
_connector() {
  local at current previous place='' words='' files='' next
  current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  for ((at = 1; at < COMP_CWORD; at++)); do
    next="\${place:+$place }\${COMP_WORDS[at]}"
    case "$next" in ${known}) place="$next";; esac
  done
  case "$place" in
${cases.join('\n')}
  esac
  if [ -n "$files" ]; then COMPREPLY=($(compgen -f -- "$current")); else COMPREPLY=($(compgen -W "$words" -- "$current")); fi
}
complete -F _connector connector
`;
}

function zsh(places: readonly Place[]): string {
  const described = ({ word, about }: Word) => quoted(`${word}:${about.replaceAll(':', ' ')}`);
  const cases = places.map(
    ({ path, words, values }) => `    ${quoted(path)})
      case "$previous" in
${[...values].map(([flag, choices]) => `        ${flag}) ${choices.length ? `compadd -- ${choices.map(quoted).join(' ')}` : '_files'}; return;;`).join('\n')}
      esac
      offered=(${words.map(described).join(' ')});;`,
  );
  const known = places.map(({ path }) => quoted(path)).join('|');
  return `#compdef connector
# connector completion zsh > "\${fpath[1]}/_connector"   (or: source <(connector completion zsh))
_connector() {
  local at place='' next previous="\${words[CURRENT-1]}"
  local -a offered
  for ((at = 2; at < CURRENT; at++)); do
    next="\${place:+$place }\${words[at]}"
    case "$next" in ${known}) place="$next";; esac
  done
  case "$place" in
${cases.join('\n')}
  esac
  _describe connector offered
}
compdef _connector connector
`;
}

function fish(places: readonly Place[]): string {
  const lines = places.flatMap(({ path, words, values }) => {
    const here = `-n ${quoted(`test (__connector_place) = ${path === '' ? "''" : `'${path}'`}`)}`;
    return words.map(({ word, about }) => {
      const choices = values.get(word);
      const value = choices === undefined ? '' : choices.length ? `-x -a ${quoted(choices.join(' '))}` : '-r -F';
      const name = word.startsWith('--') ? `-l ${word.slice(2)}${value === '' ? '' : ` ${value}`}` : `-a ${word}`;
      return `complete -c connector ${here} ${name} -d ${quoted(about)}`;
    });
  });
  const known = places.map(({ path }) => quoted(path)).join(' ');
  return `# connector completion fish > ~/.config/fish/completions/connector.fish
function __connector_place
  set -l place ''
  for word in (commandline -opc)[2..]
    set -l next (string trim "$place $word")
    if contains -- "$next" ${known}
      set place "$next"
    end
  end
  echo "$place"
end
complete -c connector -f
${lines.join('\n')}
`;
}
