/** Secrets come from outside the settings file: `${NAME}` or `${file:PATH}`. A secret written out is refused unseen. */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConnectorError } from '../errors.js';
import { Secret } from '../secret.js';
import type { Environment } from './environment.js';

export interface ReferenceSource {
  readonly env: Environment;
  /** Folder that `${file:PATH}` is relative to. */
  readonly folder: string;
  /** `sync.yaml:12`, for messages. */
  readonly where: string;
  /** What the value is, for messages: `api_token`. */
  readonly what: string;
  warn(text: string): void;
}

const VARIABLE = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/;
const FILE = /^\$\{file:([^}]+)\}$/;

/** As variables are called, and tokens are not. */
const NAME = /^([A-Z][A-Z0-9]*(_[A-Z0-9]+)*|[a-z][a-z0-9]*(_[a-z0-9]+)*)$(?<!.{41})/;

const HOW = `\${NAME} (environment) or \${file:PATH}`;

/** @throws ConnectorError kind `usage`; never shows what stood in the file. */
export function readSecret(text: string, source: ReferenceSource): Secret {
  const value = resolveReference(text, source);
  if (value === null) throw refuse(source, `a secret must not be written here. Use ${HOW}.`);
  return new Secret(value);
}

/** Text that may be written out or referred to, such as an e-mail address. */
export function readText(text: string, source: ReferenceSource): string {
  const value = resolveReference(text, source);
  if (value === null && text.includes('${')) throw refuse(source, `a reference must be the whole value: ${HOW}.`);
  return value ?? text;
}

function resolveReference(text: string, source: ReferenceSource): string | null {
  const variable = VARIABLE.exec(text)?.[1];
  if (variable !== undefined) {
    const value = source.env[variable]?.trim();
    if (!value) throw refuse(source, `the environment variable ${shownName(variable)} is not set.`);
    return value;
  }
  const path = FILE.exec(text)?.[1];
  return path === undefined ? null : readSecretFile(resolve(source.folder, path), source);
}

/** Somebody may have put the secret itself between the braces. */
const shownName = (variable: string) => (NAME.test(variable) ? variable : 'named there');

function readSecretFile(path: string, source: ReferenceSource): string {
  let value: string;
  try {
    value = readFileSync(path, 'utf8').trim();
    if (statSync(path).mode & 0o004)
      source.warn(`${path} can be read by every user of this machine. Run: chmod 600 ${path}`);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw refuse(source, `the file ${path} cannot be read (${code}).`, cause);
  }
  if (value === '') throw refuse(source, `the file ${path} is empty.`);
  if (/[\r\n]/.test(value)) throw refuse(source, `the file ${path} must hold one line, the secret alone.`);
  return value;
}

const refuse = (source: ReferenceSource, text: string, cause?: unknown) =>
  new ConnectorError('usage', `${source.where}: \`${source.what}\`: ${text}`, { cause });
