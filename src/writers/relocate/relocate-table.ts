/** One table to its new place: files first, the version that names them last, so that it never opens half. */
import { ConnectorError } from '../../core/errors.js';
import type { FileIO } from '../../core/files/file-io.js';
import { inParallel } from '../../core/in-parallel.js';
import { publish } from '../catalog/publish.js';
import { versionLocation, writeHint } from '../catalog/versions.js';
import { newUuid } from '../iceberg/ids.js';
import { keepsEveryFile } from '../iceberg/kept-files.js';
import { AT_ONCE, filesOf } from '../iceberg/manifest-files.js';
import { COMMIT_ID, closeVersion, nextTimestamp, serializeMetadata, type TableMetadata } from '../iceberg/metadata.js';
import type { Duck } from '../parquet/duckdb.js';
import { plainLocation } from '../storage/location.js';
import { changedDeleteFile } from './changed-deletes.js';
import { type ChangedFile, changedList, changedManifest } from './changed-manifests.js';
import { copyFile, mustHave } from './copy-file.js';
import { withSizes } from './moved-summaries.js';
import type { Places } from './places.js';
import { type NewestMetadata, readWhole, type TableContents } from './table-contents.js';

export interface TableMove {
  readonly source: FileIO;
  readonly target: FileIO;
  readonly places: Places;
  readonly newest: NewestMetadata;
  readonly contents: TableContents;
}

export interface MoveBench {
  readonly duck: () => Promise<Duck>;
  /** A local folder for files under way. */
  readonly folder: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Asked before each file. @throws ConnectorError kind `interrupted` */
  readonly goOn: () => void;
}

/** What the version at the new place will be called; above the old one, so that both can lie in one folder. */
export const nextVersion = ({ version }: NewestMetadata): number => version + 1;

/**
 * A kill at any moment is mended by running it again: a table at the new place exists from its metadata file on, and then it
 * is whole.
 */
export async function relocateTable(move: TableMove, bench: MoveBench): Promise<void> {
  await copyPlainFiles(move, bench);
  const deletes = await changeDeleteFiles(move, bench);
  const lengths = await changeManifests(move, deletes, bench);
  await changeLists(move, lengths, bench);
  const metadata = await movedMetadata(move, bench.now());
  await mustHold(move, metadata);
  await publishVersion(move, metadata);
  if (move.places.inPlace && !keepsEveryFile(metadata.properties)) await removeOld(move);
}

async function copyPlainFiles({ source, target, places, contents }: TableMove, { folder, goOn }: MoveBench) {
  await inParallel([...contents.plain], AT_ONCE, async ([location, bytes]) => {
    goOn();
    const from = { io: source, location: places.oldPlace(location) };
    if (places.inPlace) await mustHave(from, bytes);
    else await copyFile(from, { io: target, location: places.newPlace(location) }, bytes, folder);
  });
}

async function changeDeleteFiles({ source, target, places, contents }: TableMove, { duck, folder, goOn }: MoveBench) {
  const changed = new Map<string, ChangedFile>();
  for (const [location, rows] of contents.deletes) {
    goOn();
    const now = places.oldPlace(location);
    const path = (await source.localPaths([now])).get(now) ?? now;
    const { localFile, entry } = await (await duck()).withSession((session) =>
      changedDeleteFile(session, { location, path, rows }, places, folder),
    );
    await target.write(entry.location, { localFile });
    await mustHave({ io: target, location: entry.location }, entry.bytes);
    changed.set(location, entry);
  }
  return changed;
}

/** @returns bytes of the changed manifests, by the location of the old ones */
async function changeManifests(
  { source, target, places, contents }: TableMove,
  deletes: ReadonlyMap<string, ChangedFile>,
  { goOn }: MoveBench,
) {
  const lengths = new Map<string, number>();
  await inParallel(contents.manifests, AT_ONCE, async (location) => {
    goOn();
    const bytes = changedManifest(await readWhole(source, places.oldPlace(location)), location, places, deletes);
    await target.write(places.changed(location), bytes);
    lengths.set(location, bytes.length);
  });
  return lengths;
}

async function changeLists(
  { source, target, places, contents }: TableMove,
  lengths: ReadonlyMap<string, number>,
  { goOn }: MoveBench,
) {
  await inParallel(contents.lists, AT_ONCE, async (location) => {
    goOn();
    const bytes = changedList(await readWhole(source, places.oldPlace(location)), location, places, lengths);
    await target.write(places.changed(location), bytes);
  });
}

/** The log of earlier versions begins anew: those that were name the old place. */
async function movedMetadata({ target, places, newest: { metadata } }: TableMove, now: number): Promise<TableMetadata> {
  const lists = new Set(metadata.snapshots.map((snapshot) => snapshot['manifest-list']));
  const moved = withTexts({ ...metadata, 'metadata-log': [] }, (text) =>
    lists.has(text) ? places.changed(text) : places.text(text),
  );
  const sized = { ...moved, snapshots: await withSizes(target, moved.snapshots) };
  return closeVersion(sized, { now: nextTimestamp(metadata, now), properties: { [COMMIT_ID]: newUuid() } }).metadata;
}

/** The same value with every text in it changed, also in parts that only other tools know. */
function withTexts<T>(value: T, change: (text: string) => string): T;
function withTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((one) => withTexts(one, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withTexts(one, change)]));
}

/** Reads the moved table as any reader would, before anyone can: every file must be found and counted as before. */
async function mustHold({ target, places, contents }: TableMove, metadata: TableMetadata): Promise<void> {
  const files = await filesOf(target, metadata);
  await inParallel(files, AT_ONCE, (file) => mustHave({ io: target, location: file.location }, file.bytes));
  const expected = new Set([...contents.plain.keys()].map((location) => places.newPlace(location)));
  const strange = files.find((file) => file.content === 'data' && !expected.has(file.location));
  if (strange) throw new ConnectorError('failed', `${strange.location} is none of the files that were moved.`);
}

async function publishVersion({ target, places, newest }: TableMove, metadata: TableMetadata): Promise<void> {
  const version = nextVersion(newest);
  if (!(await publish(target, versionLocation(places.target, version), serializeMetadata(metadata))))
    throw new ConnectorError(
      'later',
      `Another process wrote the table in ${places.target} at this moment. Run again when it has ended.`,
    );
  await writeHint(target, places.target, version);
}

/** What only the versions before needed; they named a place that is not theirs. */
async function removeOld({ target, places, newest, contents }: TableMove): Promise<void> {
  // Most versions that there ever were have gone long ago.
  const there = new Set((await target.list(`${places.target}/metadata`)).map(plainLocation));
  const all = Array.from({ length: newest.version }, (_, index) => versionLocation(places.target, index + 1));
  const versions = all.filter((version) => there.has(plainLocation(version)));
  const files = [...contents.lists, ...contents.manifests, ...contents.deletes.keys()];
  await target.delete([...versions, ...files.map((location) => places.oldPlace(location))]);
}
