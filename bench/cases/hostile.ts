/** RunHistory under hostile input: every answer and file is read or refused in words, within a bound that does not depend on it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createDeflateRaw, gzipSync } from 'node:zlib';
import { manifestEntryWritten } from '../../src/writers/iceberg/manifest-schema.js';
import { ask, startChild } from '../child.js';
import { HOSTILE_PAGES } from '../hostile-pages.js';
import type { HostileCost, HostileOrder } from '../hostile-process.js';
import { startSite } from '../site.js';
import type { SyncCost } from '../sync-once.js';
import type { Figure } from '../table.js';
import { withWarehouse } from '../warehouse.js';

const PEAK_MB = 1000;
const HOUR = 3_600_000;
const WIDE_ISSUES = 30;
const WIDE = [
  { fields: 800, length: 20_000 },
  { fields: 2000, length: 2000 },
] as const;
const BLOCK_BYTES = 2 * 1024 ** 3;

export async function hostile(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const [name, { refused, text }] of Object.entries(HOSTILE_PAGES))
    figures.push(
      await withPage(gzipSync(text()), (baseUrl, wire) => figureOf(`${name} (${wire})`, refused, { baseUrl })),
    );
  figures.push(
    await withManifest((manifest, wire) => figureOf(`a manifest of 2 GB (${wire})`, 'bytes, unpacked', { manifest })),
  );
  for (const { fields, length } of WIDE) figures.push(await wideIssues(fields, length));
  return figures;
}

/** Syncs of issues of many long texts, all of them changed between the two: the second ends with a compaction. */
async function wideIssues(fields: number, length: number): Promise<Figure> {
  const site = await startSite({ issues: WIDE_ISSUES, perIssue: { comments: 0, worklogs: 0, histories: 0 } });
  try {
    return await withWarehouse(async (warehouse) => {
      const costs: SyncCost[] = [];
      for (let sync = 1; sync <= 2; sync += 1) {
        await site.fill(fields, length);
        await site.pass(HOUR);
        costs.push(await warehouse.syncInChild({ address: site.address, streams: ['issue_search'] }));
      }
      const peakMb = Math.max(...costs.map((cost) => cost.peakMb));
      const written = costs.map(({ reports }) => reports[0]?.rows_written ?? 0);
      const problem = costs.flatMap(({ errors }) => errors)[0];
      return {
        name: `${WIDE_ISSUES} issues with ${fields} texts of ${length.toLocaleString('en')} characters`,
        value: `${peakMb.toFixed(0)} MB`,
        limit: `${PEAK_MB} MB`,
        floor: `${written.join(' and ')} rows written by two syncs`,
        ok: peakMb <= PEAK_MB && written.every((rows) => rows === WIDE_ISSUES),
        problem,
      };
    });
  } finally {
    site.close();
  }
}

async function figureOf(name: string, expected: string | null, order: HostileOrder): Promise<Figure> {
  const child = startChild('hostile-process.js');
  try {
    const { refused, seconds, peakMb } = await ask<HostileCost>(child, order);
    const asExpected = expected === null ? refused === null : refused?.includes(expected) === true;
    return {
      name,
      value: `${peakMb.toFixed(0)} MB`,
      limit: `${PEAK_MB} MB`,
      floor: `${seconds.toFixed(1)} s; ${refused ?? 'read'}`,
      ok: peakMb <= PEAK_MB && asExpected,
      problem: asExpected ? undefined : `expected ${expected ?? 'that it is read'}, came ${refused ?? 'no refusal'}`,
    };
  } finally {
    child.disconnect();
  }
}

const kilobytes = (bytes: Uint8Array) => `${Math.ceil(bytes.length / 1000)} kB`;

async function withPage(gzip: Buffer, work: (baseUrl: string, wire: string) => Promise<Figure>): Promise<Figure> {
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  const server = createServer((_, response) => response.writeHead(200, headers).end(gzip));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, kilobytes(gzip));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** One block of zeros, with the header of a manifest before it. */
async function withManifest(work: (path: string, wire: string) => Promise<Figure>): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-hostile-'));
  try {
    const packer = createDeflateRaw();
    const block = buffer(packer);
    const zeros = Buffer.alloc(1024 * 1024);
    for (let left = BLOCK_BYTES; left > 0; left -= zeros.length)
      if (!packer.write(zeros)) await new Promise((resolve) => packer.once('drain', resolve));
    packer.end();
    const bytes = avroFile(await block);
    const path = join(folder, 'manifest.avro');
    writeFileSync(path, bytes);
    return await work(path, kilobytes(bytes));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Avro spec: Object Container Files. */
function avroFile(block: Buffer): Buffer {
  const text = (value: string) => Buffer.concat([long(Buffer.byteLength(value)), Buffer.from(value)]);
  const header = {
    'avro.schema': JSON.stringify(manifestEntryWritten({ type: 'record', name: 'r102', fields: [] })),
    'avro.codec': 'deflate',
  };
  const entries = Object.entries(header).flatMap(([key, value]) => [text(key), text(value)]);
  const sync = Buffer.alloc(16, 7);
  return Buffer.concat([
    Buffer.from('Obj\x01'),
    long(2),
    ...entries,
    long(0),
    sync,
    long(1),
    long(block.length),
    block,
    sync,
  ]);
}

function long(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value * 2;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return Buffer.from([...bytes, rest]);
}
