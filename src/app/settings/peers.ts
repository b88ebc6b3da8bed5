/** Names of tables in other connectors, and what stands for each here (peers.yaml). */
import { z } from 'zod';
import { parseYaml } from '../../core/yaml-file.js';
import { readPackageFile } from './package-files.js';

const ANSWER = z.union([z.array(z.string()).min(1), z.strictObject({ not: z.string() })]);
const PEERS = z.array(
  z.strictObject({
    connector: z.string(),
    /** How many it has; absent where nobody outside knows. */
    tables_known: z.number().int().optional(),
    note: z.string().optional(),
    tables: z.record(z.string(), ANSWER),
  }),
);

export type Peer = z.infer<typeof PEERS>[number];

export interface Likeness {
  readonly connector: string;
  readonly table: string;
  /** Streams and views of ours; empty: none. */
  readonly ours: readonly string[];
  /** Why there is none. */
  readonly because: string | null;
}

/** @throws ConnectorError kind `usage` for a file that is missing or wrong */
export function readPeers(): readonly Peer[] {
  const { file, text } = readPackageFile('peers.yaml');
  return parseYaml(file, text, PEERS).value;
}

export function likenessesOf({ connector, tables }: Peer): readonly Likeness[] {
  return Object.entries(tables).map(([table, answer]) => {
    return Array.isArray(answer)
      ? { connector, table, ours: answer, because: null }
      : { connector, table, ours: [], because: answer.not };
  });
}

/** Tables of that name, however it is spelled; when there is none, those whose names hold it. */
export function tablesLike(name: string): readonly Likeness[] {
  const wanted = plain(name);
  const all = readPeers().flatMap(likenessesOf);
  const same = all.filter(({ table }) => plain(table) === wanted);
  return same.length > 0 ? same : all.filter(({ table }) => wanted !== '' && plain(table).includes(wanted));
}

const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
