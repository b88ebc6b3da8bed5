/** The flags of `connector write` that give inputs of an action. */

/** Inputs of actions, whose names have an underscore for each hyphen here. */
export const INPUTS: readonly (readonly [flag: string, about: string])[] = [
  ['--issue <key>', 'the issue'],
  ['--project <key>', 'the project'],
  ['--issue-type <name>', 'of a new issue'],
  ['--type <name>', 'of a link'],
  ['--summary <text>', 'the summary'],
  ['--text <text>', 'a description, a comment, or what was done'],
  ['--parent <key>', 'the issue above'],
  ['--assignee <person>', 'account id, e-mail address or exact name; none for nobody'],
  ['--labels <labels>', 'separated by commas'],
  ['--to <name>', 'a transition, or the status it leads to'],
  ['--via <names>', 'transitions or statuses on the way there, separated by commas'],
  ['--other <key>', 'the issue that a link leads to'],
  ['--comment <id>', 'a comment'],
  ['--worklog <id>', 'a worklog'],
  ['--link <id>', 'a link'],
  ['--subtasks <true|false>', 'delete them, too'],
  ['--started <moment>', "when work began, such as 2026-03-02T09:00 in the account's zone"],
  ['--time <duration>', 'how long, such as 1h30m'],
  ['--adjust-estimate <how>', 'auto, leave, new with --new-estimate, or manual with --reduce-by or --increase-by'],
  ['--new-estimate <time>', 'the remaining estimate, such as 2d 4h'],
  ['--reduce-by <time>', 'what a new worklog takes from the remaining estimate'],
  ['--increase-by <time>', 'what a deleted worklog gives back to it'],
  ['--file <path>', 'a file to attach, below the folder of write.files in the settings'],
  ['--visibility <who>', 'who may read a comment or a worklog: role:NAME or group:NAME'],
  ['--internal <true|false>', 'hide a comment from the customers of a service desk'],
  ['--query <text>', 'a search'],
  ['--within <jql>', 'for suggestions: a query that they fit'],
  ['--user <id>', 'a person'],
  ['--transition <id>', 'of the answer: this one alone'],
  ['--unavailable <true|false>', 'of the answer: transitions that cannot be carried out now, too'],
  ['--ids <ids>', 'separated by commas'],
  ['--fields <names>', 'of the answer'],
  ['--expand <names>', 'of the answer'],
  ['--properties <keys>', 'of the answer'],
  ['--order <name>', 'of the answer'],
  ['--start <number>', 'of the answer: how many to pass over'],
  ['--limit <number>', 'of the answer: how many at most'],
  ['--page <token>', 'of the answer: the page after the one that gave this token'],
];

/** `adjust_estimate` -> `adjustEstimate`, as options are called. */
const camel = (flag: string) => flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Input -> the option that gives it. */
export const INPUT_OPTIONS: ReadonlyMap<string, string> = new Map(
  INPUTS.map(([flag]) => /^--([a-z-]+)/.exec(flag)?.[1] ?? '').map((name) => [name.replaceAll('-', '_'), camel(name)]),
);
