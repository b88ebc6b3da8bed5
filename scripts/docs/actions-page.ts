/** docs/actions.md: the reference page of all actions, written from the action files. */
import type { Action, ActionRegistry } from '../../src/actions/registry/registry.js';
import { requestOn } from '../../src/actions/registry/registry.js';

const HEAD = `# Actions

What can be written to Jira, or asked of it one by one. This page is written from the files in \`actions/\` by \`npm run docs\`; change those, not this page.
Nothing is written until \`write:\` in \`sync.yaml\` allows it: [writing-back.md](writing-back.md) says how it works and how to be safe.
`;

/** The whole page, ending with a newline. */
export function actionsPage({ actions }: ActionRegistry): string {
  const all = [...actions.values()];
  return [
    HEAD,
    '## Overview\n',
    table(
      ['Action', 'What it does', 'Kind', 'Undone by'],
      all.map((one) => [
        `[${one.action}](#${one.action})`,
        one.about,
        kindOf(one),
        one.kind === 'read' ? '' : (one.undo?.action ?? 'nothing'),
      ]),
    ),
    ...all.map(section),
  ].join('\n');
}

const kindOf = ({ kind, danger, unsupported }: Action) =>
  unsupported !== undefined ? 'unsupported' : danger === 'high' ? 'writes, dangerous' : `${kind}s`;

function section(action: Action): string {
  const { permission, scopes } = action.needs;
  const facts = [
    ...(action.unsupported === undefined ? [] : [`- **Unsupported.** ${action.unsupported}`]),
    ...(action.also ? [`- Also called ${codes(action.also)}.`] : []),
    `- Cloud: \`${requestOn('cloud', action)}\`. Data Center: ${action.not_on?.datacenter ?? `\`${requestOn('datacenter', action)}\`.`}`,
    ...(action.bulk ? [`- Many at once: \`${action.bulk.request}\`, ${action.bulk.max} a request.`] : []),
    `- Permission: ${permission}. Scopes: classic ${codes(scopes.classic)}; granular ${codes(scopes.granular)}.`,
    ...(action.settle ? [`- When an answer is lost: ${action.settle.about}`] : []),
    ...(action.undo ? [`- Undo: ${action.undo.about}`] : []),
    `- [Atlassian's reference](${action.docs})`,
  ];
  const inputs = Object.entries(action.input).map(([name, { type, values, required, about }]) => [
    `\`${name}\``,
    // It is written as one; the other name is how it is sent.
    values?.join(', ') ?? (type === 'internal' ? 'boolean' : type),
    required ? 'yes' : '',
    about,
  ]);
  const fields =
    action.fields === undefined ? [] : [['any other', 'field', '', 'A field of the issue, by its name or id.']];
  const answers = Object.entries(action.answers);
  return [
    `\n## ${action.action}\n`,
    `${action.about}\n`,
    ...facts,
    '',
    ...(inputs.length + fields.length > 0
      ? [table(['Input', 'Type', 'Needed', 'Meaning'], [...inputs, ...fields]), '']
      : []),
    table(['Answer', 'Meaning'], answers),
    '',
  ].join('\n');
}

const codes = (all: readonly string[]) => all.map((one) => `\`${one}\``).join(', ');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
