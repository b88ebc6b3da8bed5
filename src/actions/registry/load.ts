/** Action files -> registry. Anything wrong is refused here, with file:line, before a request is sent. */
import { ConnectorError } from '../../core/errors.js';
import { didYouMean, parseYaml, type YamlFile } from '../../core/yaml-file.js';
import { ACTION_WORDS, type ActionFile, actionFileSchema } from './action-file.js';
import { type Action, type ActionRegistry, makeActionRegistry } from './registry.js';

export interface ActionText {
  /** Path as people know it, such as `actions/add_comment.yaml`. */
  readonly file: string;
  readonly text: string;
}

/** @throws ConnectorError kind `usage`: one line per mistake, each with file:line. */
export function loadActions(files: readonly ActionText[]): ActionRegistry {
  const complaints: string[] = [];
  const loaded: YamlFile<ActionFile>[] = [];
  for (const { file, text } of files) {
    try {
      loaded.push(parseYaml(file, text, actionFileSchema, ACTION_WORDS));
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      complaints.push(error.message);
    }
  }
  const names = loaded.flatMap(({ value }) => [value.action, ...(value.also ?? [])]);
  for (const yaml of loaded) complaints.push(...checkOne(yaml, names));
  if (complaints.length > 0) throw new ConnectorError('usage', complaints.join('\n'));
  return makeActionRegistry(loaded.map(({ value, file }): Action => ({ ...value, file })));
}

/** What the schema cannot say: rules between words, and between files. */
function checkOne({ value: action, file, at }: YamlFile<ActionFile>, names: readonly string[]): string[] {
  const found: string[] = [];
  const say = (path: readonly PropertyKey[], text: string) => found.push(`${at(path)}: ${text}`);
  const fileName = file.replace(/^.*\//, '').replace(/\.yaml$/, '');
  if (fileName !== action.action)
    say(['action'], `the file is called ${fileName}.yaml, so the action must be \`${fileName}\`.`);
  for (const name of [action.action, ...(action.also ?? [])])
    if (names.filter((one) => one === name).length > 1) say(['action'], `two actions are called \`${name}\`.`);
  for (const word of ['danger', 'once', 'settle', 'undo', 'result'] as const) {
    const [given, wanted] = [action[word] !== undefined, action.kind === 'write'];
    if (given !== wanted) say([word], `an action of kind ${action.kind} ${wanted ? 'needs' : 'has no'} \`${word}\`.`);
  }
  if ((action.once === 'marker') !== (action.marker !== undefined))
    say(['marker'], 'exactly the actions with `once: marker` say where the marker goes.');
  if (action.undo?.action !== undefined && !names.includes(action.undo.action))
    say(['undo'], `there is no action \`${action.undo.action}\`.${didYouMean(action.undo.action, names)}`);
  for (const [input, { type, values, put, when }] of Object.entries(action.input)) {
    if ((type === 'choice') !== (values !== undefined))
      say(['input', input], 'exactly an input of type choice has `values`.');
    for (const [other, value] of Object.entries(when ?? {}))
      if (!action.input[other]?.values?.includes(value))
        say(['input', input], `\`when\` names no value of an input: ${other} ${value}.`);
    if (put.startsWith('path.') && !action.request.includes(`{${put.slice(5)}}`))
      say(['input', input], `the request has no place {${put.slice(5)}}.`);
  }
  return [...found, ...placesWithoutInput(action).map((place) => `${at(['request'])}: no input is put at {${place}}.`)];
}

function placesWithoutInput({ request, input }: ActionFile): readonly string[] {
  const filled = Object.values(input)
    .filter(({ required }) => required)
    .map(({ put }) => put);
  return [...request.matchAll(/\{([^}]*)\}/g)]
    .map(([, place = '']) => place)
    .filter((one) => !filled.includes(`path.${one}`));
}
