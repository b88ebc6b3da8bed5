/** Metadata and manifests that are small on disk and huge in memory, or deep: refused in words, whatever they would become. */
import { deflateRawSync } from 'node:zlib';
import type { Schema } from 'avsc';
import { describe, expect, test } from 'vitest';
import { avroType, decodeContainer } from '../../../src/writers/iceberg/avro-container.js';
import { parseMetadata } from '../../../src/writers/iceberg/metadata.js';

const text = (value: string) => Buffer.concat([long(Buffer.byteLength(value)), Buffer.from(value)]);

function long(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value * 2;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return Buffer.from([...bytes, rest]);
}

const SYNC = Buffer.alloc(16, 7);

/** An Avro container with these blocks, deflated. */
function container(schema: Schema, blocks: readonly { readonly count: number; readonly bytes: Buffer }[]): Buffer {
  const header = [text('avro.schema'), text(JSON.stringify(schema)), text('avro.codec'), text('deflate')];
  const packed = blocks.flatMap(({ count, bytes }) => {
    const block = deflateRawSync(bytes);
    return [long(count), long(block.length), block, SYNC];
  });
  return Buffer.concat([Buffer.from('Obj\x01'), long(2), ...header, long(0), SYNC, ...packed]);
}

const BYTES: Schema = { type: 'record', name: 'r', fields: [{ name: 'a', type: 'bytes' }] };
const NUMBERS: Schema = { type: 'record', name: 'r', fields: [{ name: 'a', type: { type: 'array', items: 'long' } }] };
const MB = 1024 * 1024;

describe('a manifest', () => {
  test.each([
    ['one block of 200 MB', [{ count: 1, bytes: Buffer.concat([long(200 * MB - 8), Buffer.alloc(200 * MB)]) }]],
    [
      'many blocks of 50 MB',
      Array.from({ length: 4 }, () => ({ count: 1, bytes: Buffer.concat([long(50 * MB), Buffer.alloc(50 * MB)]) })),
    ],
  ])('with %s is refused before it is unpacked', (_, blocks) => {
    const bytes = container(BYTES, blocks);
    expect(bytes.length).toBeLessThan(MB);
    expect(() => decodeContainer(bytes, () => avroType(BYTES), '/lake/m.avro')).toThrow(
      '/lake/m.avro is not a whole Avro file: it holds more than 134217728 bytes, unpacked',
    );
  });

  test('of millions of small values is refused before they are made', () => {
    const numbers = Buffer.concat([long(6_000_000), Buffer.alloc(6_000_000), long(0)]);
    const bytes = container(NUMBERS, [
      { count: 1, bytes: numbers },
      { count: 1, bytes: numbers },
    ]);
    expect(() => decodeContainer(bytes, () => avroType(NUMBERS), '/lake/m.avro')).toThrow(
      'it holds more than 10000000 values',
    );
  });
});

describe('a metadata file', () => {
  const refusalOf = (json: string) => {
    try {
      return parseMetadata(Buffer.from(json), '/lake/v1.metadata.json');
    } catch (error) {
      return error;
    }
  };

  test.each([
    [
      '200,000 lists in each other',
      `{"x":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
      'it holds more than 500 levels',
    ],
    [
      '200,000 objects in each other',
      `${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`,
      'it holds more than 500 levels',
    ],
    [
      'the same, beside a number of 63 bits',
      `{"n":9223372036854775807,"x":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
      'it holds more than 500 levels',
    ],
    ['two million lists', `[${'[],'.repeat(2_000_000)}1]`, 'it holds more than 1000000 objects and lists'],
    ['a number without end', `{"n":${'7'.repeat(2_000_000)}}`, 'it holds a number of 2000000 digits'],
    ['half a text', '{"format-version": 2', 'it is not whole JSON'],
  ])('of %s is told as what it is', (_, json, words) => {
    expect(refusalOf(json)).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining(`/lake/v1.metadata.json cannot be used as table metadata: ${words}`),
    });
  });
});
