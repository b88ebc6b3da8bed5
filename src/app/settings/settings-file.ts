/** Finds and parses sync.yaml. */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Environment } from '../../core/environment.js';
import { ConnectorError } from '../../core/errors.js';
import { readOrRefuse } from '../../core/files/read-or-refuse.js';
import { parseYaml, type YamlFile } from '../../core/yaml-file.js';
import type { ReferenceSource } from './secrets.js';
import { SETTINGS_WORDS, type Settings, settingsSchema } from './settings.js';
import type { SortColumns } from './table-layouts.js';

export interface ConfigSource {
  /** `--config`; without it `sync.yaml` in `cwd`, when there is one. */
  readonly configFile?: string | undefined;
  /** `--warehouse`. */
  readonly warehouse?: string | undefined;
  readonly env: Environment;
  readonly cwd: string;
  /** `--connection`; none: all. What the others refer to may be absent: their secrets need not be where this one runs. */
  readonly connections?: readonly string[];
  /** Names that `streams:` may hold. */
  readonly streamNames?: readonly string[];
  /** Columns that `tables:` may sort by. */
  readonly sortColumns?: SortColumns;
}

export type SettingsFile = YamlFile<Settings> & { readonly folder: string };

/** What a reference in the settings needs to be resolved. */
export interface Reading {
  readonly file: SettingsFile;
  readonly env: Environment;
  /** Secrets are meant as they stand: what is read was handed over by a program. */
  readonly literal?: boolean;
  warn(text: string): void;
}

/** Null when no file is named and there is none. @throws ConnectorError kind `usage` */
export function readSettingsFile(source: ConfigSource): SettingsFile | null {
  const name = source.configFile ?? 'sync.yaml';
  const path = resolve(source.cwd, name);
  if (!existsSync(path)) {
    if (source.configFile === undefined) return null;
    throw new ConnectorError('usage', `The settings file ${name} does not exist.`);
  }
  const text = textOf(readOrRefuse(path, `The settings file ${name}`), name);
  return { ...parseYaml(name, text, settingsSchema, SETTINGS_WORDS), folder: dirname(path) };
}

/** @throws ConnectorError kind `usage` for what YAML would call a mistake in the first line, which it is not */
function textOf(bytes: Buffer, name: string): string {
  if (/^(\xff\xfe|\xfe\xff)|^.?\0/s.test(bytes.toString('latin1', 0, 4)))
    throw new ConnectorError(
      'usage',
      `The settings file ${name} is written in UTF-16. Save it as UTF-8 (in PowerShell: Out-File -Encoding utf8).`,
    );
  const text = bytes.toString('utf8');
  if (text.split('\n').every((line) => /^[\s\uFEFF]*(#|---|$)/.test(line)))
    throw new ConnectorError(
      'usage',
      `The settings file ${name} is empty. \`connector init\` writes one into a new file.`,
    );
  return text;
}

/** A reference at this place of the file, ready to be resolved. */
export function referenceAt({ file, env, literal, warn }: Reading, path: readonly PropertyKey[]): ReferenceSource {
  const allowed = file.value.secrets?.allowed_paths;
  return { env, folder: file.folder, where: file.at(path), what: String(path.at(-1)), allowed, literal, warn };
}
