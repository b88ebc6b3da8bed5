/**
 * Avro object container files (Avro spec: Object Container Files), written and read whole. avsc encodes the records; the
 * container is ours because avsc's drops `field-id` and `logicalType` from the schema it puts into the header.
 */
import { randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import avro, { type Schema as AvroSchema, type Type } from 'avsc';
import { ConnectorError } from '../../core/errors.js';
import { errorCode } from '../../core/files/file-io.js';
import { blockCheck } from './avro-check.js';

export interface Container {
  /** Header texts by key, such as `format-version`. */
  readonly header: ReadonlyMap<string, string>;
  readonly records: readonly unknown[];
}

/** Of all blocks of a file together, unpacked: a block of 2 MB can hold 2 GB. */
const MOST_BYTES = 128 * 1024 * 1024;
const MAGIC = Buffer.from('Obj\x01', 'latin1');
const SYNC_BYTES = 16;

// Snapshot ids of other writers use 63 bits, which numbers cannot hold: every long is a bigint on both sides.
const LONG = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a === b ? 0 : a < b ? -1 : 1),
});

/** Making a type takes longer than to write or read a file by it, and files have few different ones. */
const TYPES = new Map<string, Type>();
const MOST_TYPES = 100;

/** An Avro schema ready to encode; longs are bigint, optional values are plain or null. */
export function avroType(schema: AvroSchema): Type {
  const text = JSON.stringify(schema);
  const known = TYPES.get(text);
  if (known) return known;
  const plain = withPlainNames(schema) as AvroSchema;
  const type = avro.Type.forSchema(plain, { registry: { long: LONG }, typeHook: longHook, wrapUnions: false });
  // Schemas come from files of others: no more of them are kept than are of use.
  if (TYPES.size >= MOST_TYPES) TYPES.clear();
  TYPES.set(text, type);
  return type;
}

type Resolver = ReturnType<Type['createResolver']>;

/** By what is understood, and by what a file was written by. */
const RESOLVERS = new WeakMap<Type, WeakMap<Type, Resolver>>();

function resolverOf(type: Type, written: Type): Resolver {
  const known = RESOLVERS.get(type) ?? new WeakMap<Type, Resolver>();
  RESOLVERS.set(type, known);
  const resolver = known.get(written) ?? type.createResolver(written);
  known.set(written, resolver);
  return resolver;
}

/** What a field is called in records: as Iceberg's own library changes names, other letters included, which it leaves. */
export function plainName(name: string): string {
  const coded = name.replace(/[^A-Za-z0-9_]/g, (char) => `_x${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return /^[A-Za-z_]/.test(coded) ? coded : `_${coded}`;
}

/** avsc takes ASCII alone, and partition fields of others may be called anything. */
function withPlainNames(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withPlainNames);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { type, items, values, fields, ...rest } = schema as Readonly<Record<string, unknown>>;
  const inner = Object.entries({ type, items, values }).filter(([, part]) => part !== undefined);
  const named = Array.isArray(fields) ? { fields: fields.map(withPlainName) } : {};
  return { ...rest, ...Object.fromEntries(inner.map(([key, part]) => [key, withPlainNames(part)])), ...named };
}

function withPlainName(field: unknown): unknown {
  const { name, ...rest } = (field ?? {}) as Readonly<Record<string, unknown>>;
  return { ...(withPlainNames(rest) as object), name: plainName(String(name)) };
}

/** A long with attributes, such as a moment, is none by name, which alone the registry looks up. */
function longHook(schema: AvroSchema): Type | undefined {
  return typeof schema === 'object' && 'type' in schema && schema.type === 'long' ? LONG : undefined;
}

/** @param schema written into the header word for word, with all its ids. */
export function encodeContainer(
  schema: AvroSchema,
  type: Type,
  header: Readonly<Record<string, string>>,
  records: readonly unknown[],
): Uint8Array {
  const sync = randomBytes(SYNC_BYTES);
  const entries = Object.entries({ 'avro.schema': JSON.stringify(schema), 'avro.codec': 'deflate', ...header });
  const texts = entries.flatMap(([key, value]) => [lengthPrefixed(key), lengthPrefixed(value)]);
  const parts = [MAGIC, varint(entries.length), ...texts, varint(0), sync];
  if (records.length > 0) {
    const block = deflateRawSync(Buffer.concat(records.map((record) => type.toBuffer(record))));
    parts.push(varint(records.length), varint(block.length), block, sync);
  }
  return Buffer.concat(parts);
}

/**
 * @param typeOf what the caller understands, given the file's own schema, which is resolved to it field by field; null: the
 *   header alone
 * @param location names the file in errors.
 * @throws ConnectorError kind `failed` when the file is cut, damaged, or cannot be resolved to that.
 */
export function decodeContainer(
  bytes: Uint8Array,
  typeOf: ((written: AvroSchema) => Type) | null,
  location: string,
): Container {
  try {
    const cursor = new Cursor(bytes);
    if (!cursor.take(MAGIC.length).equals(MAGIC)) throw new Error('it does not begin as an Avro file');
    const header = readHeader(cursor);
    return { header, records: typeOf === null ? [] : readBlocks(cursor, header, typeOf) };
  } catch (cause) {
    throw new ConnectorError(
      'failed',
      `${location} is not a whole Avro file: ${cause instanceof Error ? cause.message : String(cause)}. ` +
        'The table is damaged or written by an unknown tool; nothing was changed.',
      { cause },
    );
  }
}

/**
 * The same file with changed records, under its own schema and header: what an unknown tool put there is kept.
 * @param change alters a record in place.
 * @throws ConnectorError as `decodeContainer`
 */
export function changeContainer(bytes: Uint8Array, location: string, change: (record: unknown) => void): Uint8Array {
  const { header } = decodeContainer(bytes, null, location);
  const { 'avro.schema': schemaText = 'null', 'avro.codec': _, ...own } = Object.fromEntries(header);
  const schema = JSON.parse(schemaText);
  const type = avroType(schema);
  const { records } = decodeContainer(bytes, () => type, location);
  for (const record of records) change(record);
  return encodeContainer(schema, type, own, records);
}

function readHeader(cursor: Cursor): Map<string, string> {
  const header = new Map<string, string>();
  for (let count = cursor.varint(); count !== 0; count = cursor.varint()) {
    // A negative count is followed by the size of the block in bytes.
    if (count < 0) cursor.varint();
    for (let left = Math.abs(count); left > 0; left--) {
      const key = cursor.take(cursor.varint()).toString('utf8');
      header.set(key, cursor.take(cursor.varint()).toString('utf8'));
    }
  }
  return header;
}

function readBlocks(
  cursor: Cursor,
  header: ReadonlyMap<string, string>,
  typeOf: (written: AvroSchema) => Type,
): unknown[] {
  const schema: AvroSchema = JSON.parse(header.get('avro.schema') ?? 'null');
  const check = blockCheck(schema);
  const written = avroType(schema);
  const type = typeOf(schema);
  const resolver = resolverOf(type, written);
  const inflate = decoderOf(header.get('avro.codec') ?? 'null');
  const sync = cursor.take(SYNC_BYTES);
  const records: unknown[] = [];
  let left = MOST_BYTES;
  while (!cursor.atEnd) {
    const count = cursor.varint();
    const block = inflate(cursor.take(cursor.varint()), left);
    left -= block.length;
    if (left < 0) throw tooLarge();
    check(block, count);
    if (!cursor.take(SYNC_BYTES).equals(sync)) throw new Error('a block does not end where it should');
    let offset = 0;
    for (let index = 0; index < count; index++) {
      const record = type.decode(block, offset, resolver);
      if (record.offset < 0) throw new Error('a block is shorter than its records');
      records.push(record.value);
      offset = record.offset;
    }
  }
  return records;
}

const tooLarge = () => new Error(`it holds more than ${MOST_BYTES} bytes, unpacked`);

/** @returns unpacks a block into so many bytes at most */
function decoderOf(codec: string): (block: Buffer, most: number) => Buffer {
  if (codec === 'deflate') return inflate;
  if (codec === 'null') return (block) => block;
  throw new Error(`its codec is ${codec}, expected deflate or null`);
}

function inflate(block: Buffer, most: number): Buffer {
  try {
    return inflateRawSync(block, { maxOutputLength: Math.max(1, most) });
  } catch (error) {
    throw errorCode(error) === 'ERR_BUFFER_TOO_LARGE' ? tooLarge() : error;
  }
}

function lengthPrefixed(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([varint(bytes.length), bytes]);
}

/** Avro's zigzag variable-length form of a non-negative count. */
function varint(count: number): Buffer {
  const bytes: number[] = [];
  let rest = count * 2;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** Reads a buffer from front to back; a read past the end throws. */
class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  take(length: number): Buffer {
    const end = this.#at + length;
    if (length < 0 || end > this.#bytes.length)
      throw new Error(`it ends at byte ${this.#bytes.length}, inside a value`);
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.take(1).readUInt8();
      value += (byte & 0x7f) * scale;
      if (!Number.isSafeInteger(value)) throw new Error('a length is absurd');
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
  }
}
