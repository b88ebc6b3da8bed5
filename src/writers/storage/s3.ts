/** Files in S3, or in a store that speaks like it. A location is `s3://bucket/key`. */
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { ConnectorError } from '../../core/errors.js';
import { FAILPOINT, failpoint } from '../../core/failpoints.js';
import { type Content, type FileDetails, type FileIO, OutcomeUnknown } from '../../core/files/file-io.js';
import { inParallel } from '../../core/in-parallel.js';
import { copiesFolder, LocalCopies } from './local-copies.js';
import { type CredentialSource, s3Client } from './s3-client.js';
import { isAbsent, isRefused, s3Failure, statusOf } from './s3-failure.js';
import { s3Folder, s3Place } from './s3-location.js';
import { upload } from './s3-upload.js';
import type { S3Settings } from './warehouse-settings.js';

export interface S3Options {
  /** `s3://bucket/prefix`: what `prepare` looks at. */
  readonly location: string;
  readonly settings: S3Settings;
  /** Credentials handed out by somebody else, asked again near their end; default: the settings' own, or AWS's chain. */
  readonly credentials?: CredentialSource;
  /** Absolute path of the local folder for copies of data files. */
  readonly cache: string;
}

/** The client repeats a request until it is answered; what breaks off within the answer is repeated here. */
const DOWNLOADS = 3;
const DELETES_AT_ONCE = 8;

export class S3FileIO implements FileIO {
  readonly #client: S3Client;
  readonly #copies: LocalCopies;
  readonly #root: string;
  /** Stores of different addresses may have buckets of one name. */
  readonly #store: string;

  private constructor({ location, settings, credentials, cache }: S3Options) {
    this.#client = s3Client(settings, credentials);
    this.#copies = new LocalCopies({ folder: copiesFolder(cache) });
    this.#root = location;
    this.#store = settings.endpoint ?? '';
  }

  /** Asks nothing of the store yet. */
  static async open(options: S3Options): Promise<S3FileIO> {
    s3Place(options.location);
    return new S3FileIO(options);
  }

  /**
   * Sees whether the bucket can be written, and whether it keeps an object from being created twice: where that is ignored, two
   * runs would replace each other's versions (I4). Leaves one small object behind.
   * @throws StorageError or ConnectorError saying what to mend
   */
  async prepare(): Promise<void> {
    const probe = `${this.#root}/.locks/can-be-written`;
    // Not by HEAD: its answers do not say why something is refused.
    if ((await this.read(probe)) === null) await this.write(probe, Buffer.from('1'));
    if ((await this.#create(probe, Buffer.from('2'))) === 'exists') return;
    throw new ConnectorError(
      'failed',
      `The store of ${this.#root} replaces objects that must not be replaced: it ignores If-None-Match. Two runs could destroy ` +
        "each other's work there: update the server, use another store, or an Iceberg REST catalog.",
    );
  }

  async read(location: string): Promise<Uint8Array | null> {
    return this.#orNull(`read ${location}`, () => this.#get(location, {}, inMemory));
  }

  async readRange(location: string, start: number, end: number): Promise<Uint8Array> {
    return this.#ask(`read bytes ${start} to ${end} of ${location}`, async () => {
      if (start === end) return new Uint8Array();
      const bytes = await this.#get(location, { Range: `bytes=${start}-${end - 1}` }, inMemory);
      if (bytes.length === end - start) return bytes;
      throw new Error(`the file ends ${end - start - bytes.length} bytes too early`);
    });
  }

  async size(location: string): Promise<number | null> {
    return this.#orNull(`look at ${location}`, async () => {
      const { ContentLength } = await this.#client.send(new HeadObjectCommand(address(location)));
      return ContentLength ?? null;
    });
  }

  async write(location: string, content: Content): Promise<void> {
    await this.#ask(`write ${location}`, async () => {
      if (content instanceof Uint8Array)
        await this.#client.send(new PutObjectCommand({ ...address(location), Body: content }));
      else await this.#moveIn(content.localFile, location);
    });
  }

  async createExclusive(location: string, bytes: Uint8Array): Promise<'created' | 'exists'> {
    failpoint(FAILPOINT.metadataPrepared);
    const outcome = await this.#create(location, bytes);
    if (outcome === 'exists') return outcome;
    try {
      failpoint(FAILPOINT.versionLinked);
    } catch (error) {
      throw new OutcomeUnknown(`create ${location}`, error);
    }
    return outcome;
  }

  async delete(locations: readonly string[]): Promise<void> {
    const remove = (location: string) =>
      this.#ask(`remove ${location}`, () => this.#client.send(new DeleteObjectCommand(address(location))));
    // Only of versions does the order matter: the oldest go first, and before the files that they name.
    const isVersion = (location: string) => location.endsWith('.metadata.json');
    for (const version of locations.filter(isVersion)) await remove(version);
    const others = locations.filter((location) => !isVersion(location));
    await inParallel(others, DELETES_AT_ONCE, remove);
    await this.#copies.remove(
      locations.filter((location) => location.endsWith('.parquet')).map((one) => this.#id(one)),
    );
  }

  async list(folder: string): Promise<readonly string[]> {
    return (await this.details(folder)).map((file) => file.location);
  }

  async details(folder: string): Promise<readonly FileDetails[]> {
    const { location, prefix } = s3Folder(folder);
    const files: FileDetails[] = [];
    for await (const { Contents = [] } of this.#pages(folder))
      for (const { Key = '/', Size = 0, LastModified } of Contents) {
        // Consoles make empty objects that stand for folders.
        if (Key.endsWith('/')) continue;
        files.push({
          location: location + Key.slice(prefix.length),
          bytes: Size,
          modified: LastModified?.getTime() ?? Date.now(),
        });
      }
    return files.sort((a, b) => (a.location < b.location ? -1 : 1));
  }

  async folders(folder: string): Promise<readonly string[]> {
    const { prefix } = s3Folder(folder);
    const names: string[] = [];
    for await (const { CommonPrefixes = [] } of this.#pages(folder, '/'))
      names.push(...CommonPrefixes.flatMap(({ Prefix = [] }) => Prefix).map((one) => one.slice(prefix.length, -1)));
    return names.filter((name) => name !== '').sort();
  }

  async localPaths(locations: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const byId = new Map(locations.map((location) => [this.#id(location), location]));
    const paths = await this.#copies.paths([...byId.keys()], (id, path) => this.#download(byId.get(id) ?? id, path));
    return new Map(locations.map((location) => [location, paths.get(this.#id(location)) ?? '']));
  }

  /** A file just written will be read by the next merge: it becomes its own copy. */
  async #moveIn(file: string, location: string): Promise<void> {
    failpoint(FAILPOINT.dataFilesWritten);
    await upload(this.#client, s3Place(location), file);
    failpoint(FAILPOINT.dataFilesDurable);
    await this.#copies.adopt(this.#id(location), file);
  }

  async #create(location: string, bytes: Uint8Array): Promise<'created' | 'exists'> {
    try {
      await this.#client.send(new PutObjectCommand({ ...address(location), Body: bytes, IfNoneMatch: '*' }));
      return 'created';
    } catch (error) {
      if (statusOf(error) === 412) return 'exists';
      throw s3Failure(`create ${location}`, error, isRefused(error) ? undefined : OutcomeUnknown);
    }
  }

  async #download(location: string, path: string): Promise<number> {
    return this.#ask(`fetch ${location}`, () =>
      this.#get(location, {}, async ({ Body, ContentLength }) => {
        if (!(Body instanceof Readable)) throw new Error('the answer has no content');
        await pipeline(Body, createWriteStream(path, { mode: 0o600 }));
        const { size } = await stat(path);
        if (ContentLength !== undefined && size !== ContentLength) throw new Error('the content was cut short');
        return size;
      }),
    );
  }

  async #get<T>(
    location: string,
    range: { readonly Range?: string },
    take: (answer: GetObjectCommandOutput) => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#client.send(new GetObjectCommand({ ...address(location), ...range }));
      try {
        return await take(answer);
      } catch (error) {
        if (attempt === DOWNLOADS) throw error;
      }
    }
  }

  async *#pages(folder: string, delimiter?: string) {
    const { location, bucket, prefix } = s3Folder(folder);
    const input = { Bucket: bucket, Prefix: prefix, ...(delimiter === undefined ? {} : { Delimiter: delimiter }) };
    try {
      yield* paginateListObjectsV2({ client: this.#client }, input);
    } catch (error) {
      throw s3Failure(`list ${location}`, error);
    }
  }

  #id(location: string): string {
    const { bucket, key } = s3Place(location);
    return `${this.#store}/${bucket}/${key}`;
  }

  async #orNull<T>(what: string, work: () => Promise<T>): Promise<T | null> {
    return this.#ask(what, () =>
      work().catch((error: unknown) => {
        if (isAbsent(error)) return null;
        throw error;
      }),
    );
  }

  async #ask<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw s3Failure(what, error);
    }
  }
}

function address(location: string) {
  const { bucket, key } = s3Place(location);
  return { Bucket: bucket, Key: key };
}

async function inMemory({ Body }: GetObjectCommandOutput): Promise<Uint8Array> {
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}
