/**
 * Looks over a block of an Avro file before avsc reads it: avsc believes every count and reads on behind the end, so that nine bytes
 * can keep it busy for weeks. Here each value must lie within the block, and lists may not hold values that take no bytes.
 */

/** In all blocks of a file: each becomes some 60 bytes in memory, however few it has there. Of 2,000 columns, some 250 data files' worth. */
const MOST_VALUES = 10_000_000;

/** Moves past one value. */
type Skip = (block: Cursor) => void;

type Named = Map<string, Skip>;

const PRIMITIVES: Readonly<Record<string, Skip>> = {
  null: () => undefined,
  boolean: (block) => block.skip(1),
  int: (block) => void block.long(),
  long: (block) => void block.long(),
  float: (block) => block.skip(4),
  double: (block) => block.skip(8),
  bytes: (block) => block.skip(block.long()),
  string: (block) => block.skip(block.long()),
};

/**
 * @param schema of the file, as its header has it
 * @returns a check of a block of so many records, which throws an Error for one that does not hold what it says
 */
export function blockCheck(schema: unknown, most = MOST_VALUES): (block: Uint8Array, records: number) => void {
  const skip = skipOf(schema, new Map());
  let left = most;
  return (bytes, records) => {
    const block = new Cursor(bytes, left);
    skipItems(block, records, skip);
    ({ left } = block);
    if (!block.atEnd) throw new Error('a block is longer than its records');
  };
}

function skipOf(schema: unknown, named: Named): Skip {
  if (typeof schema === 'string') return PRIMITIVES[schema] ?? ((block) => skipNamed(schema, named, block));
  if (Array.isArray(schema)) return skipUnion(schema.map((member) => skipOf(member, named)));
  if (typeof schema !== 'object' || schema === null) throw new Error('its schema is none');
  const { type, name, fields, items, values, size } = schema as Readonly<Record<string, unknown>>;
  const skip = skipOfType(type, { fields, items, values, size }, named);
  if (typeof name === 'string') named.set(lastName(name), skip);
  return skip;
}

/** Names may have their namespace before them, or not. */
const lastName = (name: string) => name.split('.').at(-1) ?? '';

type Parts = Readonly<Record<'fields' | 'items' | 'values' | 'size', unknown>>;

function skipOfType(type: unknown, { fields, items, values, size }: Parts, named: Named): Skip {
  switch (type) {
    case 'record':
    case 'error': {
      const parts = (Array.isArray(fields) ? fields : []).map((field: { type?: unknown }) =>
        skipOf(field?.type, named),
      );
      return (block) => {
        for (const skip of parts) skip(block);
      };
    }
    case 'array':
      return skipList(skipOf(items, named));
    case 'map': {
      const skip = skipOf(values, named);
      return skipList((block) => {
        block.skip(block.long());
        skip(block);
      });
    }
    case 'fixed':
      return (block) => block.skip(Number(size));
    case 'enum':
      return (block) => void block.long();
    default:
      return skipOf(type, named);
  }
}

function skipNamed(name: string, named: Named, block: Cursor): void {
  const skip = named.get(lastName(name));
  if (!skip) throw new Error('its schema names a type that is not there');
  skip(block);
}

function skipUnion(members: readonly Skip[]): Skip {
  return (block) => {
    const skip = members[block.long()];
    if (!skip) throw new Error('a value is of no kind that its schema names');
    skip(block);
  };
}

function skipList(item: Skip): Skip {
  return (block) => {
    for (let count = block.long(); count !== 0; count = block.long()) {
      // A negative count is followed by the size of the items in bytes.
      if (count < 0) block.long();
      skipItems(block, Math.abs(count), item);
    }
  };
}

function skipItems(block: Cursor, count: number, item: Skip): void {
  for (let left = count; left > 0; left--) {
    const before = block.at;
    item(block);
    if (block.at === before) throw new Error('it has lists of values that take no bytes');
  }
}

class Cursor {
  at = 0;

  /** @param left values that may still come */
  constructor(
    private readonly bytes: Uint8Array,
    public left: number,
  ) {}

  get atEnd(): boolean {
    return this.at === this.bytes.length;
  }

  skip(length: number): void {
    if (!(length >= 0 && length <= this.bytes.length - this.at)) throw new Error('a block is shorter than its records');
    this.#count();
    this.at += length;
  }

  /** Only as exact as a double: where a length is meant, a larger one does not fit anyway. */
  long(): number {
    this.#count();
    let value = 0;
    for (let scale = 1, length = 1; ; scale *= 0x80, length++) {
      const byte = this.bytes[this.at];
      if (byte === undefined || length > 10) throw new Error('a block is shorter than its records');
      this.at++;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
  }

  #count(): void {
    if (--this.left < 0) throw new Error(`it holds more than ${MOST_VALUES} values`);
  }
}
