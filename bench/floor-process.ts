/** Child: one floor per order, on the pages of a site: what nobody can do without, done by itself. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { Client } from 'undici';
import { answerOrders } from './child.js';
import type { FloorCost, FloorOrder } from './floors.js';

interface Page {
  readonly issues: readonly unknown[];
  readonly nextPageToken?: string;
}

const microseconds = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** Measures what `work` spends and leaves out what is done between. */
class Meter {
  #spent = 0;

  async of<T>(work: () => T | Promise<T>): Promise<T> {
    const before = microseconds();
    const done = await work();
    this.#spent += microseconds() - before;
    return done;
  }

  get seconds(): number {
    return this.#spent / 1_000_000;
  }
}

answerOrders<FloorOrder>(async (order): Promise<FloorCost> => {
  const meter = new Meter();
  const bytes = await FLOORS[order.floor](order, meter);
  return { cpuSeconds: meter.seconds, bytes, peakMb: process.resourceUsage().maxRSS / 1024 };
});

const FLOORS: Readonly<Record<FloorOrder['floor'], (order: FloorOrder, meter: Meter) => Promise<number>>> = {
  download,
  parse,
  duckdb,
};

const pagesIn = (folder: string) => readdirSync(folder).filter((file) => file.endsWith('.json'));

/** Every page of issues with all that lies inside, to text; the texts are kept as files. */
async function download({ address, folder }: FloorOrder, meter: Meter): Promise<number> {
  const client = new Client(address.url);
  const authorization = `Basic ${Buffer.from(`${address.email}:${address.apiToken}`).toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/json', 'accept-encoding': 'gzip' };
  let bytes = 0;
  let nextPageToken: string | undefined;
  for (let page = 0; page === 0 || nextPageToken !== undefined; page += 1) {
    const asked = { jql: 'updated >= 0 ORDER BY updated ASC, id ASC', fields: ['*all'], expand: 'changelog' };
    const body = JSON.stringify({ ...asked, maxResults: 100, nextPageToken });
    const text = await meter.of(async () => {
      const answer = await client.request({ method: 'POST', path: '/rest/api/3/search/jql', headers, body });
      const whole = Buffer.from(await answer.body.arrayBuffer());
      return (answer.headers['content-encoding'] === 'gzip' ? gunzipSync(whole) : whole).toString();
    });
    bytes += Buffer.byteLength(text);
    writeFileSync(join(folder, `${page}.json`), text);
    ({ nextPageToken } = JSON.parse(text) as Page);
  }
  const fields = await client.request({ method: 'GET', path: '/rest/api/3/field', headers: { authorization } });
  writeFileSync(join(folder, 'fields'), await fields.body.text());
  await client.close();
  return bytes;
}

/** `JSON.parse` of every page. A file of JSON lines is left behind: one issue a line. */
async function parse({ folder }: FloorOrder, meter: Meter): Promise<number> {
  const lines = join(folder, 'lines');
  writeFileSync(lines, '');
  for (const file of pagesIn(folder)) {
    const text = readFileSync(join(folder, file), 'utf8');
    const { issues } = await meter.of(() => JSON.parse(text) as Page);
    writeFileSync(lines, issues.map((issue) => `${JSON.stringify(issue)}\n`).join(''), { flag: 'a' });
  }
  return statSync(lines).size;
}

/** The JSON lines as one typed Parquet file with zstd, in one pass: what comes inside an issue as typed lists. */
async function duckdb({ folder }: FloorOrder, meter: Meter): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: '1GB',
    preserve_insertion_order: 'false',
  });
  const connection = await instance.connect();
  const out = join(folder, 'floor.parquet');
  const columns = `{id: 'VARCHAR', key: 'VARCHAR', fields: '${fieldsType(folder)}', changelog: '${HISTORIES}'}`;
  const rows = `read_json('${join(folder, 'lines')}', format = 'newline_delimited', columns = ${columns}, maximum_object_size = 67108864)`;
  await meter.of(() =>
    connection.run(`COPY (SELECT * FROM ${rows}) TO '${out}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 8192)`),
  );
  connection.closeSync();
  instance.closeSync();
  return statSync(out).size;
}

const PERSON = 'STRUCT("accountId" VARCHAR, "displayName" VARCHAR)';
const CHANGE =
  'STRUCT(field VARCHAR, "fieldId" VARCHAR, "from" VARCHAR, "fromString" VARCHAR, "to" VARCHAR, "toString" VARCHAR)';
const HISTORIES = `STRUCT(histories STRUCT(id VARCHAR, author ${PERSON}, created TIMESTAMPTZ, items ${CHANGE}[])[])`;
const REMARK = `id VARCHAR, author ${PERSON}, "updateAuthor" ${PERSON}, created TIMESTAMPTZ, updated TIMESTAMPTZ`;
const TYPES: Readonly<Record<string, string>> = {
  number: 'DOUBLE',
  date: 'DATE',
  datetime: 'TIMESTAMPTZ',
  'comments-page': `STRUCT(comments STRUCT(${REMARK}, body JSON)[])`,
};
const WORKLOGS = `STRUCT(worklogs STRUCT(${REMARK}, started TIMESTAMPTZ, "timeSpentSeconds" BIGINT, comment JSON)[])`;

function fieldsType(folder: string): string {
  const fields = JSON.parse(readFileSync(join(folder, 'fields'), 'utf8')) as {
    readonly id: string;
    readonly schema?: { readonly type: string };
  }[];
  const members = fields.map(
    ({ id, schema }) => `"${id}" ${id === 'worklog' ? WORKLOGS : (TYPES[schema?.type ?? ''] ?? 'JSON')}`,
  );
  return `STRUCT(${members.join(', ')})`;
}
