/** A result as an Arrow IPC stream, one record batch per piece. */
import {
  AsyncByteQueue,
  type Data,
  Field,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  vectorFromArray,
} from 'apache-arrow';
import { arrowType, arrowValue } from './arrow-types.js';
import type { ResultRows } from './result-rows.js';

/** Arrow's own Node stream stalls beyond 16 kB; here the writer's bytes are taken as soon as it has made them. */
class TakenBytes extends AsyncByteQueue<Uint8Array> {
  #parts: Uint8Array[] = [];

  override write(part: Uint8Array): void {
    this.#parts.push(part);
  }

  take(): Uint8Array {
    const bytes = Buffer.concat(this.#parts);
    this.#parts = [];
    return bytes;
  }
}

export async function* renderArrow({ names, types, pieces }: ResultRows): AsyncIterable<Uint8Array> {
  const fields = types.map((type, index) => new Field(names[index] ?? '', arrowType(type), true));
  const schema = new Schema(fields);
  const bytes = new TakenBytes();
  const writer = new RecordBatchStreamWriter();
  writer.reset(bytes, schema);
  for await (const rows of pieces()) {
    const columns = fields.map(({ type }, index) => {
      const cells = rows.map((row) => arrowValue(row[index] ?? null, type));
      return vectorFromArray(cells, type).data[0] ?? makeData({ type });
    });
    writer.write(batchOf(schema, columns, rows.length));
    yield bytes.take();
  }
  writer.finish();
  yield bytes.take();
}

function batchOf(schema: Schema, children: Data[], length: number): RecordBatch {
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }));
}
