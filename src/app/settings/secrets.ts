/** Secrets come from outside the settings file: `${NAME}` or `${file:PATH}`. A secret written out is refused unseen. */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Environment } from '../../core/environment.js';
import { ConnectorError } from '../../core/errors.js';
import { Secret } from '../../core/secret.js';

export interface ReferenceSource {
  readonly env: Environment;
  /** Folder that `${file:PATH}` is relative to. */
  readonly folder: string;
  /** `sync.yaml:12`, for messages. */
  readonly where: string;
  /** Folders, relative to `folder`, that `${file:PATH}` is limited to; undefined: it is not. */
  readonly allowed?: readonly string[] | undefined;
  /** Values are meant as they stand: they were not read from a file. */
  readonly literal?: boolean | undefined;
  /** What the value is, for messages: `api_token`. */
  readonly what: string;
  warn(text: string): void;
}

/** What a reference names is not there: the settings may be right, and lack something on this machine. */
export class MissingReference extends ConnectorError {
  override readonly name = 'MissingReference';
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
  const trouble = controlTrouble(value);
  if (trouble !== null) throw refuse(source, trouble);
  return new Secret(value);
}

/** A secret that is sent as a header just as it is. */
export function readToken(text: string, source: ReferenceSource): Secret {
  const secret = readSecret(text, source);
  const trouble = headerTrouble(resolveReference(text, source) ?? '');
  if (trouble !== null) throw refuse(source, trouble);
  return secret;
}

/** Why no secret looks like that, a sentence to follow its name; null for one that may be. */
export function controlTrouble(value: string): string | null {
  return /\p{Cc}/u.test(value)
    ? 'it holds a line break or another control character. It must be the secret alone, on one line.'
    : null;
}

/** Why no header can carry it; null for what can be sent (RFC 9110, 5.5). */
export function headerTrouble(value: string): string | null {
  return /[^\t\x20-\x7e\x80-\xff]/.test(value)
    ? 'it holds characters that no token has (beyond Latin-1). Copy it again: programs for texts turn quotes and dashes into others.'
    : null;
}

/** Text that may be written out or referred to, such as an e-mail address. */
export function readText(text: string, source: ReferenceSource): string {
  const value = resolveReference(text, source);
  if (value === null && text.includes('${')) throw refuse(source, `a reference must be the whole value: ${HOW}.`);
  return value ?? text;
}

function resolveReference(text: string, source: ReferenceSource): string | null {
  if (source.literal) return text;
  const variable = VARIABLE.exec(text)?.[1];
  if (variable !== undefined) {
    const value = source.env[variable]?.trim();
    if (!value) throw missing(source, `the environment variable ${shownName(variable)} is not set.`);
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
    // Links are followed first: one inside an allowed folder may lead out of it.
    const real = realpathSync(path);
    if (!isAllowed(real, source))
      throw refuse(source, `the file ${path} does not lie in a folder of \`allowed_paths\`.`);
    value = readFileSync(real, 'utf8').trim();
    if (statSync(real).mode & 0o004)
      source.warn(`${path} can be read by every user of this machine. Run: chmod 600 ${path}`);
  } catch (cause) {
    if (cause instanceof ConnectorError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw missing(source, `the file ${path} cannot be read (${code}).`, cause);
  }
  if (value === '') throw missing(source, `the file ${path} is empty.`);
  if (/[\r\n]/.test(value)) throw refuse(source, `the file ${path} must hold one line, the secret alone.`);
  return value;
}

function isAllowed(real: string, { allowed, folder }: ReferenceSource): boolean {
  return (
    allowed === undefined ||
    allowed.some((one) => {
      const inside = relative(realpathSync(resolve(folder, one)), real);
      return inside !== '' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
    })
  );
}

const sentence = ({ where, what }: ReferenceSource, text: string) => `${where}: \`${what}\`: ${text}`;

const missing = (source: ReferenceSource, text: string, cause?: unknown) =>
  new MissingReference('usage', sentence(source, text), { cause });

const refuse = (source: ReferenceSource, text: string, cause?: unknown) =>
  new ConnectorError('usage', sentence(source, text), { cause });
