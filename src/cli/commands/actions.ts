/** `connector actions [NAME]`: what can be done to and asked of a site, or one action in full. */
import type { InputDecl } from '../../actions/registry/action-file.js';
import { type Action, type ActionRegistry, requestOn } from '../../actions/registry/registry.js';
import { actionRegistry } from '../../app/settings/actions.js';
import { EXIT } from '../../core/errors.js';
import { TextTable } from '../../core/text-table.js';
import type { Action as Command } from '../command.js';

interface Options {
  readonly json?: true;
}

export const run: Command<Options> = async (context, [name], { json }) => {
  const registry = actionRegistry();
  if (name === undefined) {
    if (json) context.printJson([...registry.actions.values()].map(summaryOf));
    else context.print(tableOf(registry));
    return EXIT.ok;
  }
  const action = registry.get(name);
  if (json) context.printJson(describe(action));
  else context.print(textOf(action));
  return EXIT.ok;
};

const stateOf = ({ unsupported }: Action) => (unsupported === undefined ? 'supported' : 'unsupported');

const summaryOf = (action: Action) => ({
  action: action.action,
  also: action.also ?? [],
  kind: action.kind,
  state: stateOf(action),
  reason: action.unsupported ?? null,
  danger: action.danger ?? null,
  about: action.about,
  request: requestOn('cloud', action),
});

const describe = (action: Action) => ({
  ...summaryOf(action),
  docs: action.docs,
  needs: action.needs,
  requests: {
    cloud: requestOn('cloud', action),
    datacenter: action.not_on ? null : requestOn('datacenter', action),
  },
  input: Object.entries(action.input).map(([input, { type, required = false, values, about }]) => ({
    ...{ input, type, required, about },
    ...(values ? { values } : {}),
  })),
  fields: action.fields !== undefined,
  once: action.once ?? null,
  settle: action.settle ?? null,
  bulk: action.bulk ?? null,
  answers: action.answers,
  undo: action.undo ?? null,
});

const plainTable = (head: string[], widths: (number | null)[]) =>
  new TextTable({ head, wordWrap: true, colWidths: widths });

function tableOf({ actions }: ActionRegistry): string {
  const of = (kind: Action['kind']) => [...actions.values()].filter((one) => one.kind === kind);
  const table = (all: readonly Action[]) => {
    const rows = plainTable(['action', 'what it does', 'undone by'], [34, 52, 22]);
    for (const one of all)
      rows.push([
        `${one.action}${one.unsupported === undefined ? '' : ' (unsupported)'}${one.danger === 'high' ? ' (dangerous)' : ''}`,
        one.about,
        one.kind === 'read' ? '' : (one.undo?.action ?? 'nothing'),
      ]);
    return rows.toString();
  };
  return [
    `Writing; off until \`write:\` in the settings allows it\n${table(of('write'))}`,
    `Reading\n${table(of('read'))}`,
    'connector actions NAME says what one takes.',
  ].join('\n');
}

function textOf(action: Action): string {
  const { classic, granular } = action.needs.scopes;
  const facts: readonly (readonly [string, string])[] = [
    ...(action.unsupported === undefined ? [] : ([['Unsupported', action.unsupported]] as const)),
    ...(action.also ? ([['Also called', action.also.join(', ')]] as const) : []),
    ['Cloud', requestOn('cloud', action)],
    ['Data Center', action.not_on?.datacenter ?? requestOn('datacenter', action)],
    ['Permission', action.needs.permission],
    ['Scopes', `${classic.join(', ')} (classic); ${granular.join(', ')} (granular)`],
    ...(action.settle ? ([['Lost answer', action.settle.about]] as const) : []),
    ...(action.undo ? ([['Undo', action.undo.about]] as const) : []),
    ['Reference', action.docs],
  ];
  const inputs = plainTable(['input', 'type', 'about'], [18, 14, 76]);
  for (const [name, input] of Object.entries(action.input)) inputs.push([name, typeOf(input), input.about]);
  if (action.fields !== undefined)
    inputs.push(['any other', 'field', 'A field of the issue, by its name or id; null clears it.']);
  const answers = Object.entries(action.answers).map(([status, about]) => `  ${status}: ${about}`);
  return [
    `${action.action}: ${action.about}`,
    ...facts.map(([label, value]) => `${label.padEnd(12)} ${value}`),
    inputs.toString(),
    'Answers:',
    ...answers,
  ].join('\n');
}

const typeOf = ({ type, required, values }: InputDecl) =>
  `${values?.join(' | ') ?? type}${required ? ' (needed)' : ''}`;
