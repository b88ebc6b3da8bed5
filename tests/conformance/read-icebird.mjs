// icebird, a reader in JavaScript, on our tables: it fetches by HTTP, so they are served on loopback. node read-icebird.mjs WAREHOUSE MODULES
import { deepStrictEqual } from 'node:assert';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { keyOf } from './table-specs.mjs';

const [root, modules] = process.argv.slice(2);
const { icebergRead } = await import(pathToFileURL(join(modules, 'icebird', 'src', 'index.js')).href);

const server = createServer(async (request, response) => {
  const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
  const size = await stat(path).then(
    (stats) => stats.size,
    () => null,
  );
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  if (size === null || !path.startsWith(root)) return response.writeHead(404).end();
  const start = Number(range?.[1] ?? 0);
  const end = Math.min(Number(range?.[2] || size - 1), size - 1);
  const partial = range ? { 'content-range': `bytes ${start}-${end}/${size}` } : {};
  response.writeHead(range ? 206 : 200, { 'content-length': end - start + 1, 'accept-ranges': 'bytes', ...partial });
  return request.method === 'HEAD' ? response.end() : createReadStream(path, { start, end }).pipe(response);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

// The metadata names local files: what has no address of its own is asked of our server.
const fetchByHttp = globalThis.fetch;
globalThis.fetch = (target, options) => {
  const text = String(target).replace(/^file:\/\//, '');
  const path = text.startsWith(origin) ? text.slice(origin.length) : text;
  return fetchByHttp(origin + encodeURI(decodeURI(path)), options);
};

const read = async (name) => {
  const hint = await readFile(join(root, 'acme', name, 'metadata', 'version-hint.text'), 'utf8');
  return icebergRead({
    tableUrl: `${origin}${root}/acme/${name}`,
    metadataFileName: `v${hint}.metadata.json`,
    rowStart: 0,
    rowEnd: 100_000,
  });
};
const distinct = (rows) => new Set(rows.map(({ id }) => id)).size;

const checks = {
  async counts_with_deletions_applied() {
    for (const [name, expected] of Object.entries({
      types: 3,
      small: 15,
      log: 3,
      history: 5010,
      many: 450,
      compacted: 600,
      edges: 8,
    })) {
      deepStrictEqual([name, (await read(name)).length], [name, expected]);
    }
  },
  async updates_have_one_version() {
    const rows = await read('history');
    deepStrictEqual([distinct(rows), rows.filter(({ number }) => Number(number) === -1).length], [5010, 20]);
    const many = await read('many');
    deepStrictEqual([distinct(many), many.filter(({ number }) => Number(number) === -1).length], [450, 30]);
  },
  async widened_and_added_columns() {
    const rows = await read('history');
    const grown = rows.find(({ id }) => id === keyOf(2000));
    deepStrictEqual([BigInt(grown.number), grown.added, grown.owner.id], [2n ** 40n, 'x', 'o']);
    deepStrictEqual(rows.find(({ id }) => id === keyOf(2001)).added ?? null, null);
  },
  async values() {
    const full = (await read('types')).find(({ id }) => id === 'full');
    deepStrictEqual([full.part, full.big, full.small], [9223372036854775807n, -9223372036854775808n, -2147483648]);
    deepStrictEqual(full.labels, ['a', null, '🚀 "x"']);
    const edges = new Map((await read('edges')).map((row) => [Number(row.id), row]));
    deepStrictEqual([edges.get(5).text, edges.get(5).select], ['ä'.repeat(300), '"double"; -- \\ \n 🚀']);
  },
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n${error.stack}`);
  }
}
server.close();
server.closeAllConnections();
process.exitCode = failed > 0 ? 1 : 0;
