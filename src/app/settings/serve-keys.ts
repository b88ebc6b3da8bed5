/** `serve:` of sync.yaml: who may ask, and what is shown to them. No site and none of its credentials are needed. */
import { ConnectorError } from '../../core/errors.js';
import { KeyDigest } from '../../core/key-digest.js';
import type { Secret } from '../../core/secret.js';
import type { RowLimits } from '../../query/tables/row-limits.js';
import { readSecret } from './secrets.js';
import { type ConfigSource, type Reading, readSettingsFile, referenceAt } from './settings-file.js';

export interface ServeKey {
  readonly name: string;
  readonly digest: KeyDigest;
  /** Null: all. */
  readonly connections: readonly string[] | null;
  readonly limits: RowLimits;
  readonly mayAskSite: boolean;
  readonly mayRefresh: boolean;
}

export interface ServeSettings {
  readonly keys: readonly ServeKey[];
  /** Keys that are written in clear somewhere: nothing that is shown may hold them. */
  readonly secrets: readonly Secret[];
  readonly warnings: readonly string[];
}

const SHORTEST_KEY = 32;

/** @throws ConnectorError kind `usage` naming the line */
export function loadServe(source: ConfigSource): ServeSettings {
  const file = readSettingsFile(source);
  const warnings: string[] = [];
  const reading = file && { file, env: source.env, warn: (text: string) => void warnings.push(text) };
  if (!reading) return { keys: [], secrets: [], warnings };
  const secrets: Secret[] = [];
  const written = reading.file.value.serve?.keys ?? [];
  const digests: KeyDigest[] = [];
  const keys = written.map(({ name, connections = null, projects = null, groups = null, ...one }, index) => {
    const at = (...path: readonly PropertyKey[]) => reading.file.at(['serve', 'keys', index, ...path]);
    if (written.findIndex((other) => other.name === name) < index)
      throw new ConnectorError('usage', `${at('name')}: two keys are called \`${name}\`.`);
    refuseUnknownConnection(reading, connections ?? [], at);
    const digest = digestOf(one, reading, index, secrets);
    const same = digests.findIndex((other) => other.equals(digest));
    if (same !== -1)
      throw new ConnectorError(
        'usage',
        `${at('name')}: \`${name}\` and \`${written[same]?.name}\` have the same key, so that one of them would never count. connector serve --new-key ${name} makes another.`,
      );
    digests.push(digest);
    return {
      name,
      digest,
      connections,
      limits: { projects, groups, restricted: one.restricted === 'include' },
      mayAskSite: one.jql ?? false,
      mayRefresh: one.refresh ?? false,
    };
  });
  return { keys, secrets, warnings };
}

function digestOf(
  { key, sha256 }: { readonly key?: string | undefined; readonly sha256?: string | undefined },
  reading: Reading,
  index: number,
  secrets: Secret[],
): KeyDigest {
  const at = referenceAt(reading, ['serve', 'keys', index, 'key']);
  if ((key === undefined) === (sha256 === undefined))
    throw new ConnectorError('usage', `${at.where}: give \`key\`, a reference, or \`sha256\`: one of them.`);
  if (sha256 !== undefined) return KeyDigest.from(sha256);
  const secret = readSecret(key ?? '', at);
  secrets.push(secret);
  const digest = KeyDigest.ofSecret(secret, SHORTEST_KEY);
  if (digest !== null) return digest;
  throw new ConnectorError(
    'usage',
    `${at.where}: \`key\`: it has fewer than ${SHORTEST_KEY} characters and could be guessed. connector serve --new-key NAME makes one.`,
  );
}

function refuseUnknownConnection(
  { file }: Reading,
  wanted: readonly string[],
  at: (...path: readonly PropertyKey[]) => string,
): void {
  const known = file.value.connections.map(({ name }) => name);
  const unknown = wanted.findIndex((name) => !known.includes(name));
  if (unknown !== -1)
    throw new ConnectorError(
      'usage',
      `${at('connections', unknown)}: there is no connection \`${wanted[unknown]}\`; there are ${known.join(', ')}.`,
    );
}
