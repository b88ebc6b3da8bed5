/**
 * Table metadata files (spec: Table Metadata, v2): parsing, and deriving the next version from the last. No I/O.
 * Keys that are not ours to understand (statistics, tags, other schemas) are carried along untouched.
 */
import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'lossless-json';
import { z } from 'zod';
import { ConnectorError } from '../../core/errors.js';
import { isDeeperThan, parseExact, TooManyError } from '../../core/exact-json.js';
import { keepsEveryFile } from './kept-files.js';
import type { Schema } from './model.js';
import { highestId } from './schema.js';
import { schemaFromJson, schemaToJson } from './schema-json.js';

// Ids of other writers use 63 bits: kept as bigint from the first parse to the last byte written.
const id = z.union([z.int(), z.bigint()]).transform((value) => BigInt(value));
const count = z.union([z.int(), z.bigint()]).transform((value) => Number(value));

const snapshotJson = z.looseObject({
  'snapshot-id': id,
  'parent-snapshot-id': id.nullish(),
  'sequence-number': count,
  'timestamp-ms': count,
  'manifest-list': z.string(),
  summary: z.record(z.string(), z.string()).default({}),
});

const metadataJson = z.looseObject({
  'format-version': z.union([z.literal(2), z.literal(3)]),
  'table-uuid': z.string(),
  location: z.string(),
  'last-sequence-number': count,
  'last-updated-ms': count,
  'last-column-id': count,
  'current-schema-id': count,
  schemas: z.array(z.looseObject({ 'schema-id': count })),
  'partition-specs': z.array(
    z.looseObject({
      'spec-id': count,
      fields: z.array(
        z.looseObject({
          name: z.string(),
          transform: z.string(),
          'field-id': count,
          // Absent in version 3 where a field is made of several columns.
          'source-id': count.optional(),
        }),
      ),
    }),
  ),
  'default-spec-id': count.default(0),
  properties: z.record(z.string(), z.string()).default({}),
  'current-snapshot-id': id.nullish(),
  snapshots: z.array(snapshotJson).default([]),
  refs: z.record(z.string(), z.looseObject({ 'snapshot-id': id, type: z.string() })).default({}),
  'snapshot-log': z.array(z.looseObject({ 'snapshot-id': id, 'timestamp-ms': count })).default([]),
  'metadata-log': z.array(z.looseObject({ 'metadata-file': z.string(), 'timestamp-ms': count })).default([]),
});

export type TableMetadata = z.infer<typeof metadataJson>;
export type Snapshot = z.infer<typeof snapshotJson>;

/** Types in types in types: no table comes near. Whoever walks through it has a stack. */
const MAX_DEPTH = 500;
const NO_SNAPSHOT = -1n;
const PREVIOUS_VERSIONS = 'write.metadata.previous-versions-max';
const PREVIOUS_VERSIONS_DEFAULT = 100;

/** A property of every version that tells it from all others, so that an unclear commit can be recognised as ours. */
export const COMMIT_ID = 'connector.commit-id';

/** @throws ConnectorError kind `failed`, naming the file and what is wrong with it; it is never repaired. */
export function parseMetadata(bytes: Uint8Array, location: string): TableMetadata {
  let json: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (isDeeperThan(text, MAX_DEPTH)) throw new TooManyError(`more than ${MAX_DEPTH} levels`);
    json = parseExact(text);
  } catch (cause) {
    if (cause instanceof TooManyError) throw damaged(location, `it holds ${cause.message}`, cause);
    throw damaged(location, `it is not whole JSON (${bytes.length} bytes)`, cause);
  }
  return metadataFrom(json, location);
}

/** Metadata that came as part of another document, its numbers read exactly. @throws as `parseMetadata` */
export function metadataFrom(json: unknown, location: string): TableMetadata {
  const parsed = metadataJson.safeParse(json);
  if (!parsed.success) {
    throw damaged(location, z.prettifyError(parsed.error).replaceAll(/\s+/g, ' '), parsed.error);
  }
  currentSnapshot(parsed.data, location);
  currentSchema(parsed.data, location);
  return parsed.data;
}

export function serializeMetadata(metadata: TableMetadata): Uint8Array {
  const known = {
    ...metadata,
    'current-snapshot-id': plainId(metadata['current-snapshot-id']),
    snapshots: metadata.snapshots.map((snapshot) => ({
      ...snapshot,
      'snapshot-id': plainId(snapshot['snapshot-id']),
      'parent-snapshot-id': plainId(snapshot['parent-snapshot-id']),
    })),
    'snapshot-log': metadata['snapshot-log'].map((entry) => ({
      ...entry,
      'snapshot-id': plainId(entry['snapshot-id']),
    })),
    refs: Object.fromEntries(
      Object.entries(metadata.refs).map(([name, ref]) => [
        name,
        { ...ref, 'snapshot-id': plainId(ref['snapshot-id']) },
      ]),
    ),
  };
  try {
    return Buffer.from(JSON.stringify(known, undefined, 1));
  } catch {
    // It refuses numbers that are still bigint: somewhere there is one beyond 2^53.
    return Buffer.from(stringify(metadata, undefined, 1) ?? '');
  }
}

/** As number, wherever that is exact. */
function plainId(value: bigint | null | undefined): bigint | number | null | undefined {
  return value != null && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

export function firstMetadata(table: {
  readonly uuid: string;
  readonly location: string;
  readonly schema: Schema;
  readonly lastColumnId: number;
  readonly properties: Readonly<Record<string, string>>;
  readonly now: number;
}): TableMetadata {
  return {
    'format-version': 2,
    'table-uuid': table.uuid,
    location: table.location,
    'last-sequence-number': 0,
    'last-updated-ms': table.now,
    'last-column-id': Math.max(table.lastColumnId, highestId(table.schema.fields)),
    'current-schema-id': 0,
    schemas: [{ ...schemaToJson(table.schema), 'schema-id': 0 }],
    'default-spec-id': 0,
    'partition-specs': [{ 'spec-id': 0, fields: [] }],
    'last-partition-id': 999,
    'default-sort-order-id': 0,
    'sort-orders': [{ 'order-id': 0, fields: [] }],
    properties: table.properties,
    'current-snapshot-id': NO_SNAPSHOT,
    snapshots: [],
    refs: {},
    'snapshot-log': [],
    'metadata-log': [],
  };
}

/** The moment of the next version: never before or equal to the last one's, whatever the clock does. */
export function nextTimestamp(metadata: TableMetadata, now: number): number {
  return Math.max(now, metadata['last-updated-ms'] + 1);
}

/** With a schema, it becomes the current one: under the id it already has in the table, or under the next free id. */
export function withSchema(base: TableMetadata, schema: Schema): TableMetadata {
  const known = base.schemas.find((json) => sameColumns(schemaFromJson(json), schema));
  const schemaId = known?.['schema-id'] ?? Math.max(...base.schemas.map((json) => json['schema-id'])) + 1;
  return {
    ...base,
    schemas: known ? base.schemas : [...base.schemas, { ...schemaToJson(schema), 'schema-id': schemaId }],
    'current-schema-id': schemaId,
    'last-column-id': Math.max(base['last-column-id'], highestId(schema.fields)),
  };
}

export function withSnapshot(base: TableMetadata, snapshot: Snapshot): TableMetadata {
  const snapshotId = snapshot['snapshot-id'];
  const entry = { 'timestamp-ms': snapshot['timestamp-ms'], 'snapshot-id': snapshotId };
  return {
    ...base,
    'last-sequence-number': snapshot['sequence-number'],
    'current-snapshot-id': snapshotId,
    snapshots: [...base.snapshots, snapshot],
    refs: { ...base.refs, main: { ...base.refs.main, 'snapshot-id': snapshotId, type: 'branch' } },
    'snapshot-log': [...base['snapshot-log'], entry],
  };
}

/**
 * Without these snapshots: readers can no longer travel to them. The log loses everything up to the last of them, as a
 * log with a gap would tell a wrong history (spec: Snapshots, snapshot-log).
 * @throws ConnectorError kind `failed` for a snapshot that a branch or tag names, and for a table that keeps every file
 */
export function withoutSnapshots(base: TableMetadata, ids: readonly string[]): TableMetadata {
  if (ids.length === 0) return base;
  const gone = new Set(ids.map(BigInt));
  const needed = [base['current-snapshot-id'], ...Object.values(base.refs).map((ref) => ref['snapshot-id'])];
  const kept = needed.find((needs) => needs != null && gone.has(needs));
  if (kept !== undefined || keepsEveryFile(base.properties))
    throw new ConnectorError('failed', `Snapshot ${kept ?? ids[0]} of ${base.location} is in use and cannot expire.`);
  const log = base['snapshot-log'];
  const lastGone = log.findLastIndex((entry) => gone.has(entry['snapshot-id']));
  return {
    ...base,
    snapshots: base.snapshots.filter((snapshot) => !gone.has(snapshot['snapshot-id'])),
    'snapshot-log': log.slice(lastGone + 1),
  };
}

/** A version that follows another, and the metadata files that fall out of its log and may be removed, oldest first. */
export interface NextVersion {
  readonly metadata: TableMetadata;
  readonly outdated: readonly string[];
}

/** Stamps time, properties and the log of previous versions on what will be the next version. */
export function closeVersion(
  draft: TableMetadata,
  step: {
    readonly now: number;
    readonly properties: Readonly<Record<string, string>>;
    /** The version this one follows; absent for a table's first. */
    readonly previous?: { readonly location: string; readonly updated: number };
  },
): NextVersion {
  const properties = { ...draft.properties, ...step.properties };
  const { previous } = step;
  const grown = previous
    ? [...draft['metadata-log'], { 'timestamp-ms': previous.updated, 'metadata-file': previous.location }]
    : [];
  const surplus = Math.max(0, grown.length - previousVersionsToKeep(properties));
  return {
    metadata: { ...draft, 'last-updated-ms': step.now, properties, 'metadata-log': grown.slice(surplus) },
    outdated: keepsEveryFile(properties) ? [] : grown.slice(0, surplus).map((entry) => entry['metadata-file']),
  };
}

/** The table's snapshot; null when it has none. */
export function currentSnapshot(metadata: TableMetadata, location = metadata.location): Snapshot | null {
  const current = metadata['current-snapshot-id'] ?? NO_SNAPSHOT;
  if (current === NO_SNAPSHOT) return null;
  const snapshot = metadata.snapshots.find((candidate) => candidate['snapshot-id'] === current);
  if (!snapshot) throw damaged(location, `its current snapshot ${current} is not among its snapshots`);
  return snapshot;
}

/** The current snapshot and its ancestors, newest first, as far back as they have not been expired. */
export function ancestry(metadata: TableMetadata): readonly Snapshot[] {
  const byId = new Map(metadata.snapshots.map((snapshot) => [snapshot['snapshot-id'], snapshot]));
  const line: Snapshot[] = [];
  for (let next = currentSnapshot(metadata); next; ) {
    line.push(next);
    const parent = next['parent-snapshot-id'];
    // Removing each visited one ends the walk even on a circular history.
    byId.delete(next['snapshot-id']);
    next = parent == null ? null : (byId.get(parent) ?? null);
  }
  return line;
}

export function currentSchema(metadata: TableMetadata, location = metadata.location): Schema {
  const json = metadata.schemas.find((schema) => schema['schema-id'] === metadata['current-schema-id']);
  if (!json) throw damaged(location, `its current schema ${metadata['current-schema-id']} is not among its schemas`);
  return schemaFromJson(json);
}

function sameColumns(a: Schema, b: Schema): boolean {
  return isDeepStrictEqual([a.fields, a.identifierFieldIds], [b.fields, b.identifierFieldIds]);
}

function previousVersionsToKeep(properties: Readonly<Record<string, string>>): number {
  const text = properties[PREVIOUS_VERSIONS] ?? '';
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : PREVIOUS_VERSIONS_DEFAULT;
}

function damaged(location: string, what: string, cause?: unknown): ConnectorError {
  return new ConnectorError(
    'failed',
    `${location} cannot be used as table metadata: ${what}. Expected an Iceberg table of format version 2 (or, to be read, 3). Nothing was changed: ` +
      'restore the file, or move the table away and sync again.',
    { cause },
  );
}
