/** `connector init`: asks what it must know and writes a commented settings file. */

import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  CREDENTIAL_PARTS,
  type NewSettings,
  nameFor,
  settingsText,
  siteOf,
  usualKind,
  variableName,
} from '../../app/settings/new-settings.js';
import { isCalendarDay } from '../../core/calendar.js';
import { packageRoot } from '../../core/engine.js';
import { ConnectorError, EXIT } from '../../core/errors.js';
import { CREDENTIAL_KINDS, type CredentialKind } from '../../runtime/streams/kinds.js';
import type { Action } from '../command.js';
import { Asker } from '../ui/prompt.js';

interface Options {
  readonly url?: string;
  readonly name?: string;
  readonly auth?: CredentialKind;
  readonly emailVar?: string;
  readonly tokenVar?: string;
  readonly clientIdVar?: string;
  readonly clientSecretVar?: string;
  readonly start?: string;
}

/** The flag of each part of a kind of credentials. */
const FLAGS = {
  email: ['--email-var', 'emailVar', 'the e-mail address'],
  api_token: ['--token-var', 'tokenVar', 'the API token'],
  token: ['--token-var', 'tokenVar', 'the personal access token'],
  client_id: ['--client-id-var', 'clientIdVar', "the app's client id"],
  client_secret: ['--client-secret-var', 'clientSecretVar', "the app's secret"],
} as const;

export const run: Action<Options> = async (context, [file = 'sync.yaml'], options) => {
  const { io } = context;
  const path = resolve(io.cwd, file);
  if (existsSync(path)) throw alreadyThere(file);
  const asker = new Asker(io);
  let answers: NewSettings;
  try {
    answers = await ask(asker, options, context.options.warehouse);
  } finally {
    asker.close();
  }
  writeNew(path, file, settingsText(answers, schemaFrom(path)));
  context.tell(nextSteps(file, answers));
  return EXIT.ok;
};

/** Relative within a project, whose clones lie elsewhere; else as it is on this machine. */
function schemaFrom(path: string): string {
  const schema = join(packageRoot(), 'docs', 'sync.schema.json');
  const near = relative(dirname(path), schema);
  return near.startsWith('..') ? pathToFileURL(schema).href : `./${near.split(sep).join('/')}`;
}

async function ask(asker: Asker, options: Options, warehouse: string | undefined): Promise<NewSettings> {
  const url = await asker.answer(options.url, { text: 'Address of the site', flag: '--url', read: siteOf });
  const name = await asker.answer(options.name, {
    text: 'Name of the connection',
    flag: '--name',
    usual: nameFor(url),
    read: plainName,
  });
  const auth = (await asker.answer(options.auth, {
    text: `Kind of credentials (${CREDENTIAL_KINDS.join(', ')})`,
    flag: '--auth',
    usual: usualKind(url),
    read: kindOf,
  })) as CredentialKind;
  const variables: Record<string, string> = {};
  for (const [part, usual] of Object.entries(CREDENTIAL_PARTS[auth])) {
    const [flag, option, what] = FLAGS[part as keyof typeof FLAGS];
    const text = `Environment variable with ${what}`;
    variables[part] = await asker.answer(options[option], { text, flag, usual, read: variableName });
  }
  const start = await asker.answer(options.start, {
    text: 'First day to read, YYYY-MM-DD (empty: from the beginning)',
    flag: '--start',
    usual: '',
    read: dayOf,
  });
  const place = await asker.answer(warehouse, {
    text: 'Where the tables shall be: a folder, or s3://bucket/prefix',
    flag: '--warehouse',
    usual: './warehouse',
    read: (text) => text,
  });
  return { url, name, auth, variables, start, warehouse: place };
}

function plainName(text: string): string {
  if (/^[a-z][a-z0-9_]{0,62}$/.test(text)) return text;
  throw new ConnectorError('usage', 'A name is made of small letters, digits and _, and begins with a letter.');
}

function kindOf(text: string): CredentialKind {
  const kind = CREDENTIAL_KINDS.find((one) => one === text);
  if (kind) return kind;
  throw new ConnectorError('usage', `Expected one of ${CREDENTIAL_KINDS.join(', ')}.`);
}

function dayOf(text: string): string {
  if (isCalendarDay(text)) return text;
  throw new ConnectorError('usage', 'Expected a day, YYYY-MM-DD.');
}

function writeNew(path: string, file: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o644 });
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw alreadyThere(file);
    throw new ConnectorError('usage', `The file ${file} cannot be written (${code}).`, { cause });
  }
}

const alreadyThere = (file: string) =>
  new ConnectorError('usage', `${file} is there already and was left as it is. Name another file, or edit that one.`);

function nextSteps(file: string, { auth, variables }: NewSettings): string {
  const names = Object.values(variables).join(' and ');
  const config = file === 'sync.yaml' ? '' : ` --config ${file}`;
  const login = auth === 'oauth' ? `connector auth login${config}\n  ` : '';
  return `Wrote ${file}. Set ${names} in the environment, then run:\n  ${login}connector check${config}`;
}
