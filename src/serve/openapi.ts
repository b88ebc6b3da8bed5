/** What the server answers, in the words of OpenAPI: made of the same tables by which parameters are read. */
import { ENGINE } from '../core/engine.js';
import { memberOf, type ReportOption } from '../reports/option.js';
import { KEY_WORD } from './callers.js';
import { OLD_PARAMETERS } from './parameters.js';
import { JSON_TYPE, whole } from './reply.js';
import type { Route } from './route.js';

type Json = Readonly<Record<string, unknown>>;

function openApi(routes: readonly Route[]): Json {
  const paths = routes.flatMap((route) =>
    [route.path, ...route.aliases].map((path) => [path, { get: getOf(route, path) }]),
  );
  return {
    openapi: '3.1.0',
    info: {
      title: ENGINE.name,
      version: ENGINE.version,
      description: 'Worklogs and reports of a warehouse, read-only. Everything is made of one moment of the tables.',
    },
    paths: Object.fromEntries(paths),
    components: { schemas: { Error: ERROR }, securitySchemes: SCHEMES },
  };
}

const ERROR: Json = { type: 'object', required: ['error'], properties: { error: { type: 'string' } } };

/** The three places for a key. */
const SCHEMES = {
  header: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description: `The word ${KEY_WORD}, a space, and the key.`,
  },
  parameter: { type: 'apiKey', in: 'query', name: KEY_WORD },
  basic: { type: 'http', scheme: 'basic', description: `User ${KEY_WORD}; the key is the password.` },
};

const PROBLEMS: Readonly<Record<string, string>> = {
  400: 'A parameter that is none, or a value that it does not take',
  401: 'No key, or a wrong one',
  403: 'The key does not allow that',
  502: 'A site, which had to be asked, refused or did not answer',
  503: 'Too much is under way, or what was asked for is not there now: see Retry-After',
};

const WAIT = 'The answer takes longer: no type, empty lines while it is made, then the same body';

function getOf(route: Route, path: string): Json {
  const problem = (description: string) => ({
    description,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  });
  return {
    summary: route.about,
    operationId: path.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_/, ''),
    ...(path !== route.path && { deprecated: true }),
    parameters: [...route.options.filter(({ isFile }) => !isFile).map(parameterOf), ...oldParameters(route)],
    security: route.access === 'none' ? [] : Object.keys(SCHEMES).map((name) => ({ [name]: [] })),
    responses: {
      200: { description: route.about, content: { [route.type.split(';')[0] ?? '']: { schema: bodyOf(route) } } },
      ...(route.mayWait && { 202: { description: WAIT } }),
      ...(route.isTagged && { 304: { description: 'The answer is the one whose ETag was sent' } }),
      ...Object.fromEntries(Object.entries(PROBLEMS).map(([status, text]) => [status, problem(text)])),
    },
  };
}

const bodyOf = ({ type, isList }: Route): Json => {
  if (isList) return { type: 'array', items: { type: 'object' } };
  return type === JSON_TYPE ? { type: 'object' } : { type: 'string' };
};

function parameterOf(option: ReportOption): Json {
  const { about, aboutParameter = about } = option;
  const isList = option.kind === 'texts' || option.kind === 'names';
  return {
    name: memberOf(option),
    in: 'query',
    description: aboutParameter,
    schema: isList ? { type: 'array', items: { type: 'string' } } : schemaOf(option),
    ...(isList && { style: 'form', explode: true }),
  };
}

function schemaOf(option: ReportOption): Json {
  const usual = 'usual' in option && option.usual !== undefined ? { default: option.usual } : {};
  switch (option.kind) {
    case 'day':
      return { type: 'string', format: 'date' };
    case 'whole':
      return { type: 'integer', minimum: option.least, ...(option.most && { maximum: option.most }), ...usual };
    case 'choice':
      return { type: 'string', enum: option.choices, ...usual };
    case 'yes':
      return { type: 'boolean', default: false };
    default:
      return { type: 'string', ...usual };
  }
}

const OLD: Readonly<Record<(typeof OLD_PARAMETERS)[number], string>> = {
  filterOrProjectId:
    'project_KEY or filter_ID, as Time Tracker for Jira has it; several projects are alternatives, and so are several filters',
  allUsers: 'as Time Tracker for Jira has it; of no effect',
};

const oldParameters = ({ hasOldNames }: Route): readonly Json[] =>
  hasOldNames
    ? OLD_PARAMETERS.map((name) => ({ name, in: 'query', description: OLD[name], schema: { type: 'string' } }))
    : [];

/** @param routes all, this one among them */
export function openApiRoute(routes: () => readonly Route[]): Route {
  return {
    path: '/openapi.json',
    aliases: [],
    about: 'This description',
    type: JSON_TYPE,
    access: 'none',
    options: [],
    answer: ({ ports: { signal } }, _house, reply) =>
      reply.send(200, { type: JSON_TYPE, pieces: whole(`${JSON.stringify(openApi(routes()), null, 2)}\n`) }, signal),
  };
}
