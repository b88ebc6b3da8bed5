/** Names of streams as people write them: flags, settings and arguments are held against the registry here. */
import { ConnectorError } from '../../core/errors.js';
import { nearest } from '../../core/yaml-file.js';
import { definitions } from './definitions.js';
import { tablesLike } from './peers.js';

const MOST_SHOWN = 4;

/** @throws ConnectorError kind `usage` for the first that is no stream */
export function refuseUnknownStreams(names: readonly string[]): void {
  const { streams } = definitions().registry;
  const unknown = names.find((name) => !streams.has(name));
  if (unknown === undefined) return;
  const hint = streamHint(unknown, [...streams.keys()]);
  throw new ConnectorError('usage', `There is no stream \`${unknown}\`.${hint} \`connector streams\` lists them.`);
}

/**
 * A sentence to follow what is unknown; empty when nothing is near.
 * Spelling alone finds nothing for `worklog` or `issues`: those are names of other connectors, so these are asked first.
 */
export function streamHint(word: string, names: readonly string[]): string {
  const meant = [...new Set(meantBy(word, names))].slice(0, MOST_SHOWN);
  return meant.length === 0 ? '' : ` Did you mean ${meant.map((name) => `\`${name}\``).join(' or ')}?`;
}

function meantBy(word: string, names: readonly string[]): readonly string[] {
  const elsewhere = tablesLike(word);
  const streamsOf = (tables: typeof elsewhere) =>
    tables.flatMap(({ ours }) => ours.filter((one) => names.includes(one)));
  const same = streamsOf(elsewhere.filter(({ table }) => table.toLowerCase() === word.toLowerCase()));
  if (same.length > 0) return same;
  const slip = nearest(word, names);
  return slip === null ? streamsOf(elsewhere) : [slip];
}
