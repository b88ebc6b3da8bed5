/** Zip archives in pieces: parts that were packed elsewhere are taken over as they are, one is packed while it comes. */
import { once } from 'node:events';
import { crc32, createDeflateRaw, inflateRawSync } from 'node:zlib';
import { ConnectorError } from '../../core/errors.js';

export interface PackedPart {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  /** Unpacked. */
  readonly size: number;
  readonly packed: Uint8Array;
}

export interface StreamedPart {
  readonly name: string;
  readonly text: AsyncIterable<string>;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const DESCRIPTOR = 0x08074b50;
const DEFLATED = 8;
/** Bit 3: sizes follow the data. Bit 11: names are UTF-8. */
const FLAGS = 0x0808;
const VERSION = 20;
/** 1 January 1980, the earliest there is: the same rows make the same bytes. */
const DATE = 0x21;
const MOST = 0xffff_ffff;

/** @param archive made in this process: it is not checked as one from outside would have to be */
export function partsOf(archive: Uint8Array): readonly PackedPart[] {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = bytes.lastIndexOf(word(END));
  const parts: PackedPart[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const local = bytes.readUInt32LE(at + 42);
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    parts.push({
      name: bytes.toString('utf8', at + 46, at + 46 + (nameLength ?? 0)),
      method: bytes.readUInt16LE(at + 10),
      crc: bytes.readUInt32LE(at + 16),
      size: bytes.readUInt32LE(at + 24),
      packed: bytes.subarray(from, from + bytes.readUInt32LE(at + 20)),
    });
    at += 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return parts;
}

export const textOf = ({ method, packed }: PackedPart): string =>
  Buffer.from(method === DEFLATED ? inflateRawSync(packed) : packed).toString('utf8');

interface Entry extends Omit<PackedPart, 'packed'> {
  readonly packedSize: number;
  readonly at: number;
}

/** @throws ConnectorError kind `usage` beyond 4 GB, which is as far as the format goes */
export async function* zipOf(parts: AsyncIterable<PackedPart | StreamedPart>): AsyncIterable<Uint8Array> {
  const entries: Entry[] = [];
  let at = 0;
  for await (const part of parts) {
    const begin = at;
    const head = headOf(LOCAL, [VERSION, FLAGS, 'method' in part ? part.method : DEFLATED], part.name, 30);
    yield head;
    const packer = new Packer();
    let packedSize = 0;
    for await (const piece of 'packed' in part ? [part.packed] : packer.pack(part.text)) {
      packedSize += piece.length;
      yield piece;
    }
    const { method, crc, size } = 'packed' in part ? part : { method: DEFLATED, crc: packer.crc, size: packer.size };
    at += head.length + packedSize + 16;
    if (Math.max(at, size) > MOST)
      throw new ConnectorError(
        'usage',
        'A workbook cannot be larger than 4 GB: take --format csv, or a shorter period.',
      );
    yield words(DESCRIPTOR, crc, packedSize, size);
    entries.push({ name: part.name, method, crc, size, packedSize, at: begin });
  }
  const central = Buffer.concat(entries.map(centralOf));
  const end = Buffer.concat([word(END), Buffer.alloc(18)]);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  yield Buffer.concat([central, end]);
}

/** Deflates texts, and knows afterwards of how many bytes, with which checksum. */
class Packer {
  crc = 0;
  size = 0;

  async *pack(text: AsyncIterable<string>): AsyncIterable<Uint8Array> {
    const deflate = createDeflateRaw();
    const fed = this.#feed(deflate, text);
    // Whoever reads hears of it by the stream.
    fed.catch(() => undefined);
    yield* deflate as AsyncIterable<Uint8Array>;
    await fed;
  }

  async #feed(deflate: ReturnType<typeof createDeflateRaw>, text: AsyncIterable<string>): Promise<void> {
    try {
      for await (const piece of text) {
        const bytes = Buffer.from(piece);
        this.crc = crc32(bytes, this.crc);
        this.size += bytes.length;
        if (!deflate.write(bytes)) await once(deflate, 'drain');
      }
      deflate.end();
    } catch (error) {
      deflate.destroy(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  }
}

function headOf(
  signature: number,
  [version = 0, flags = 0, method = 0]: readonly number[],
  name: string,
  length: number,
) {
  const head = Buffer.alloc(length);
  const from = signature === CENTRAL ? 6 : 4;
  head.writeUInt32LE(signature, 0);
  head.writeUInt16LE(VERSION, 4);
  head.writeUInt16LE(version, from);
  head.writeUInt16LE(flags, from + 2);
  head.writeUInt16LE(method, from + 4);
  head.writeUInt16LE(DATE, from + 8);
  head.writeUInt16LE(Buffer.byteLength(name), from + 22);
  return Buffer.concat([head, Buffer.from(name)]);
}

function centralOf({ name, method, crc, size, packedSize, at }: Entry): Buffer {
  const record = headOf(CENTRAL, [VERSION, FLAGS, method], name, 46);
  record.writeUInt32LE(crc, 16);
  record.writeUInt32LE(packedSize, 20);
  record.writeUInt32LE(size, 24);
  record.writeUInt32LE(at, 42);
  return record;
}

const word = (value: number) => words(value);

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, 4 * index);
  return bytes;
}
