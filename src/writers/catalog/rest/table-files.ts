/** The files of one table of a catalog service: where they lie and who may reach them is known when the table is loaded. */
import { ConnectorError } from '../../../core/errors.js';
import { type FileIO, openedLater } from '../../../core/files/file-io.js';
import { isLocal, LocalFileIO, toLocalPath } from '../../storage/local.js';
import type { TemporaryCredentials } from '../../storage/s3-client.js';
import type { S3Settings } from '../../storage/warehouse-settings.js';

/** What a load says of a table's files. */
export interface Place {
  readonly location: string;
  /** The service's settings for readers of the files, such as `s3.endpoint` (spec: LoadTableResult, config). */
  readonly access: Readonly<Record<string, string>>;
}

export interface TableFilesOptions {
  /** Loads the table again, which tells this object its place. */
  readonly reload: () => Promise<unknown>;
  /** What the user's settings say goes before what the service says. */
  readonly s3: S3Settings | undefined;
  /** Where nobody says it: the catalog's own region. */
  readonly region: string | undefined;
  /** Local folder for copies of remote files. */
  readonly cache: string;
}

/** Credentials are fetched anew this long before they end. */
const AHEAD_MS = 5 * 60_000;
/** Of temporary credentials that come without their end: the shortest life that AWS gives. */
const SHORTEST_LIFE_MS = 15 * 60_000;

export class TableFiles {
  readonly io = openedLater(() => this.#open());
  #place: Place | null = null;
  #io: Promise<FileIO> | null = null;
  #learnt = 0;

  constructor(private readonly options: TableFilesOptions) {}

  learn(place: Place): void {
    if (place.location !== this.#place?.location) this.#io = null;
    this.#place = place;
    this.#learnt = Date.now();
  }

  async #open(): Promise<FileIO> {
    const { location, access } = await this.#known();
    this.#io ??= this.#openAt(location, access);
    return this.#io;
  }

  async #known(): Promise<Place> {
    if (this.#place === null) await this.options.reload();
    if (this.#place !== null) return this.#place;
    throw new ConnectorError('failed', 'A table vanished from the catalog while its files were wanted. Run again.');
  }

  async #openAt(location: string, access: Place['access']): Promise<FileIO> {
    if (isLocal(location)) return LocalFileIO.open(toLocalPath(location));
    if (!/^s3[an]?:\/\//.test(location)) {
      const message = `The catalog keeps a table in ${location}, where files cannot be read or written. Expected s3:// or a local folder.`;
      throw new ConnectorError('usage', message);
    }
    // Loaded only when needed: it brings AWS's whole client.
    const { S3FileIO } = await import('../../storage/s3.js');
    const { s3, cache, region } = this.options;
    const settings: S3Settings = {
      ...addressOf(s3, access),
      region: s3?.region ?? access['client.region'] ?? access['s3.region'] ?? region,
      credentials: s3?.credentials,
    };
    const isVended = s3?.credentials === undefined && access['s3.access-key-id'] !== undefined;
    return S3FileIO.open({ location, settings, cache, ...(isVended ? { credentials: () => this.#vended() } : {}) });
  }

  async #vended(): Promise<TemporaryCredentials> {
    if (this.#place === null || this.#endOf(this.#place.access) < Date.now() + AHEAD_MS) await this.options.reload();
    const { access } = await this.#known();
    const end = this.#endOf(access);
    const sessionToken = access['s3.session-token'];
    return {
      accessKeyId: access['s3.access-key-id'] ?? '',
      secretAccessKey: access['s3.secret-access-key'] ?? '',
      ...(sessionToken === undefined ? {} : { sessionToken }),
      ...(Number.isFinite(end) ? { expiration: new Date(end) } : {}),
    };
  }

  /** Milliseconds since 1970. */
  #endOf(access: Place['access']): number {
    const told = Number(access['s3.session-token-expires-at-ms']);
    if (told > 0) return told;
    return access['s3.session-token'] === undefined ? Number.POSITIVE_INFINITY : this.#learnt + SHORTEST_LIFE_MS;
  }
}

/** The address and how buckets are named there go together. */
function addressOf(s3: S3Settings | undefined, access: Place['access']): Pick<S3Settings, 'endpoint' | 'pathStyle'> {
  const told = access['s3.path-style-access'];
  if (s3?.endpoint !== undefined || told === undefined)
    return { endpoint: s3?.endpoint ?? access['s3.endpoint'], pathStyle: s3?.pathStyle };
  return { endpoint: access['s3.endpoint'], pathStyle: told === 'true' };
}
