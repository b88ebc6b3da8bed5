/** The query of an address -> options, by the table that the command line makes its flags of. */
import { namesIn, OptionProblem, readDay, readSeconds, readWhole } from '../core/option-values.js';
import { didYouMean } from '../core/yaml-file.js';
import { memberOf, type ReportOption } from '../reports/option.js';
import type { Caller } from './callers.js';
import { KEY_WORD } from './callers.js';
import { Problem } from './problem.js';

/** By the option's member; as commander would give them. */
export type Words = Record<string, unknown>;

/** How Time Tracker for Jira calls what is an option here. */
const OLD_NAMES: Readonly<Record<string, string>> = {
  startDate: 'start',
  endDate: 'end',
  groups: 'group',
};

/** `project_KEY` and `filter_ID`, several with commas between them. */
const FILTER_OR_PROJECT = 'filterOrProjectId';
/** Everybody is meant where nobody is named. */
const ALL_USERS = 'allUsers';
/** Parameters that the old endpoint had and no option is called like. */
export const OLD_PARAMETERS = [FILTER_OR_PROJECT, ALL_USERS] as const;

const MOST_CHARACTERS = 4000;

/** @throws Problem 400 for what is no parameter or no value of one, 403 for what the key does not allow */
export function readParameters(
  query: URLSearchParams,
  options: readonly ReportOption[],
  caller: Caller,
  hasOldNames: boolean,
): Words {
  const words = usualWords(options);
  const said = new Set<string>();
  for (const [name, value] of pairsOf(query, hasOldNames)) {
    const option = optionCalled(name, options, hasOldNames);
    refuseForbidden(option, name, caller);
    const member = memberOf(option);
    const isList = option.kind === 'texts' || option.kind === 'names';
    if (!isList && said.has(member)) throw new Problem(400, `The parameter ${name} is given more than once.`);
    said.add(member);
    const read = wordOf(option, name, checked(name, value));
    if (isList) words[member] = [...(words[member] as readonly string[]), ...(read as readonly string[])];
    else if (read !== undefined) words[member] = read;
  }
  return words;
}

/** As they are when nothing is said. */
function usualWords(options: readonly ReportOption[]): Words {
  return Object.fromEntries(
    options.flatMap((option): [string, unknown][] => {
      if (option.kind === 'texts' || option.kind === 'names') return [[memberOf(option), []]];
      return 'usual' in option && option.usual !== undefined ? [[memberOf(option), option.usual]] : [];
    }),
  );
}

function* pairsOf(query: URLSearchParams, hasOldNames: boolean): Iterable<readonly [string, string]> {
  for (const [name, value] of query) {
    if (name === KEY_WORD) continue;
    if (!hasOldNames) yield [name, value];
    else if (name === FILTER_OR_PROJECT) yield* namesIn(checked(name, value)).map(filterOrProject);
    else if (name === 'user') yield* namesIn(checked(name, value)).map((user) => [name, user] as const);
    else if (name !== ALL_USERS) yield [name, value];
  }
}

function filterOrProject(word: string): readonly [string, string] {
  const [, kind, value] = /^(project|filter)_(.+)$/.exec(word) ?? [];
  if (kind !== undefined && value !== undefined) return [kind, value];
  throw new Problem(400, `${FILTER_OR_PROJECT} ${word} is neither project_KEY nor filter_ID.`);
}

function optionCalled(name: string, options: readonly ReportOption[], hasOldNames: boolean): ReportOption {
  const called = hasOldNames && Object.hasOwn(OLD_NAMES, name) ? OLD_NAMES[name] : name;
  const found = options.find((option) => option.name === called || memberOf(option) === called);
  if (found) return found;
  const known = [
    ...options.map((option) => option.name),
    ...(hasOldNames ? [...OLD_PARAMETERS, ...Object.keys(OLD_NAMES)] : []),
  ];
  throw new Problem(
    400,
    `There is no parameter ${name}.${didYouMean(name, known)} There are: ${known.join(', ') || 'none'}.`,
  );
}

function refuseForbidden({ isFile, asksSite }: ReportOption, name: string, { mayAskSite }: Caller): void {
  if (isFile) throw new Problem(400, `The parameter ${name} names a file, which only the command line reads.`);
  if (asksSite && !mayAskSite)
    throw new Problem(
      403,
      `The parameter ${name} is asked of the site, which this key does not allow (\`jql: true\` in the settings would).`,
    );
}

function checked(name: string, value: string): string {
  if (value.trim() === '') throw new Problem(400, `The parameter ${name} is empty; leave it out.`);
  if (value.length > MOST_CHARACTERS) throw new Problem(400, `The parameter ${name} is too long.`);
  if (/\p{Cc}/u.test(value)) throw new Problem(400, `The parameter ${name} holds a control character.`);
  return value;
}

function wordOf(option: ReportOption, name: string, value: string): unknown {
  try {
    switch (option.kind) {
      case 'text':
        return value;
      case 'texts':
        return [value];
      case 'names':
        return namesIn(value);
      case 'day':
        return readDay(value);
      case 'seconds':
        return readSeconds(value);
      case 'whole':
        return readWhole(option.least, option.most)(value);
      case 'choice':
        if (option.choices.includes(value)) return value;
        throw new OptionProblem(`Allowed choices are ${option.choices.join(', ')}.`);
      case 'yes':
        if (value === 'true') return true;
        if (value === 'false') return undefined;
        throw new OptionProblem('Expected true or false.');
    }
  } catch (error) {
    if (!(error instanceof OptionProblem)) throw error;
    throw new Problem(400, `The parameter ${name} does not take ${JSON.stringify(value)}. ${error.message}`);
  }
}
