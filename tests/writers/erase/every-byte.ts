/** All that lies in a folder, unpacked: every cell of every Parquet file, every record of every Avro file, every other byte. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import avro from 'avsc';

/** Files in which one of the texts occurs (case does not matter), each with the first such text. */
export async function filesWith(root: string, texts: readonly string[]): Promise<string[]> {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(root, name)).isFile(),
  );
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const found: string[] = [];
  for (const name of names) {
    const path = join(root, name);
    const raw = readFileSync(path);
    const unpacked = name.endsWith('.parquet')
      ? await cells(path)
      : name.endsWith('.avro')
        ? await records(path)
        : raw.toString('utf8');
    const bytes = [raw.toString('utf8'), unpacked].join('\n').toLowerCase();
    const text = texts.find((one) => bytes.includes(one.toLowerCase()));
    if (text !== undefined) found.push(`${name}: ${text}`);
  }
  connection.closeSync();
  instance.closeSync();
  return found;

  async function cells(path: string): Promise<string> {
    const list = `['${path.replaceAll("'", "''").replaceAll('[', '[[]')}']`;
    const rows = await connection.runAndReadAll(`SELECT to_json(r)::VARCHAR FROM read_parquet(${list}) r`);
    const stats = await connection.runAndReadAll(
      `SELECT stats_min_value, stats_max_value, stats_min, stats_max FROM parquet_metadata(${list})`,
    );
    // JSON texts stand in a cell as a text within a text.
    return [...rows.getRows(), ...stats.getRows()].map(String).join('\n').replaceAll('\\', '');
  }
}

/** Bounds are bytes; as latin1 and as UTF-8 texts of them show. */
async function records(path: string): Promise<string> {
  const parts: string[] = [];
  for await (const record of avro.createFileDecoder(path))
    parts.push(
      JSON.stringify(record, (_, value) =>
        value?.type === 'Buffer' ? Buffer.from(value.data).toString('utf8') : value,
      ),
    );
  return parts.join('\n');
}
