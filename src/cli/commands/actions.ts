/** `connector actions [NAME]`: what can be done to and asked of a site, or one action in full. */
import type { InputDecl } from '../../actions/registry/action-file.js';
import { type Action, type ActionRegistry, requestOn } from '../../actions/registry/registry.js';
import { actionRegistry } from '../../app/settings/actions.js';
import { EXIT } from '../../core/errors.js';
import { sentenceTable } from '../../core/text-table.js';
import type { Action as Command } from '../command.js';

interface Options {
  readonly json?: true;
}

export const run: Command<Options> = async (context, [name], { json }) => {
  const registry = actionRegistry();
  if (name === undefined) {
    if (json) context.printJson([...registry.actions.values()].map(summaryOf));
    else context.tell(tableOf(registry, context.width));
    return EXIT.ok;
  }
  const action = registry.get(name);
  if (json) context.printJson(describe(action));
  else context.tell(textOf(action, context.width));
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

function tableOf({ actions }: ActionRegistry, width: number): string {
  const of = (kind: Action['kind']) => [...actions.values()].filter((one) => one.kind === kind);
  const writing = of('write').map((one) => [one.action, one.undo?.action ?? 'nothing', aboutOf(one)]);
  const reading = of('read').map((one) => [one.action, aboutOf(one)]);
  return [
    `Writing; off until \`write:\` in the settings allows it\n${sentenceTable(['action', 'undone by', 'what it does'], writing, width)}\n`,
    `Reading\n${sentenceTable(['action', 'what it does'], reading, width)}\n`,
    'connector actions NAME says what one takes.',
  ].join('\n');
}

function aboutOf({ about, unsupported, danger }: Action): string {
  return `${about}${unsupported === undefined ? '' : ' (unsupported)'}${danger === 'high' ? ' (dangerous)' : ''}`;
}

function textOf(action: Action, width: number): string {
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
  const inputs = Object.entries(action.input).map(([name, input]) => [name, typeOf(input), input.about]);
  if (action.fields !== undefined)
    inputs.push(['any other', 'field', 'A field of the issue, by its name or id; null clears it.']);
  const answers = Object.entries(action.answers).map(([status, about]) => `  ${status}: ${about}`);
  return [
    `${action.action}: ${action.about}`,
    ...facts.map(([label, value]) => `${label.padEnd(12)} ${value}`),
    sentenceTable(['input', 'type', 'about'], inputs, width),
    'Answers:',
    ...answers,
  ].join('\n');
}

const typeOf = ({ type, required, values }: InputDecl) =>
  `${values?.join(' | ') ?? type}${required ? ' (needed)' : ''}`;
