import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { statusOf } from '../../src/query/status.js';
import { board, boards, opened, temporaryFolder, write } from './warehouse.js';

const counted = async (folder: string) => {
  const { streams, problems } = await statusOf(await opened(folder), Date.now());
  return { rows: streams.map(({ stream, rows }) => [stream, rows]), problems };
};

test('rows that are deleted are not counted, whether a file or its metadata says how many are left', async () => {
  const folder = temporaryFolder();
  const vanished = { reason: 'vanished', where: { column: 'id', in: ['1'] }, exceptBatch: false } as const;
  await write(folder, boards('acme'), [board('1'), board('2'), board('3')]);
  expect((await counted(folder)).rows).toEqual([['boards', 3]]);
  await write(folder, boards('acme'), [board('4')], [vanished]);
  expect((await counted(folder)).rows).toEqual([['boards', 3]]);
});

test('a table whose files cannot be read is named, and the others are still counted', async () => {
  const folder = temporaryFolder();
  await write(folder, boards('acme'), [board('1')]);
  await write(folder, { ...boards('acme'), name: 'statuses' }, [board('1'), board('2')]);
  const metadata = join(folder, 'acme', 'boards', 'metadata');
  for (const file of readdirSync(metadata).filter((name) => name.endsWith('.avro'))) rmSync(join(metadata, file));
  expect(await counted(folder)).toEqual({
    rows: [
      ['boards', null],
      ['statuses', 2],
    ],
    problems: [expect.stringContaining('acme.boards: ')],
  });
});
