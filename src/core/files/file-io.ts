/** Where a table's files lie. Small on purpose: an object store offers no more than this. */
import { ConnectorError } from '../errors.js';

/** Bytes in memory, or a finished local file that the storage may move away instead of copying. */
export type Content = Uint8Array | { readonly localFile: string };

export interface FileDetails {
  readonly location: string;
  readonly bytes: number;
  /** When its content was last written, milliseconds since 1970 by the storage's clock. */
  readonly modified: number;
}

/**
 * Locations are absolute and exactly as table metadata holds them. What a method has promised survives power loss.
 * @throws StorageError from every method, naming operation, location and the system's reason.
 */
export interface FileIO {
  /** Null when there is no such file. */
  read(location: string): Promise<Uint8Array | null>;
  /** Bytes from `start` up to but not including `end`. */
  readRange(location: string, start: number, end: number): Promise<Uint8Array>;
  /** Bytes, or null when there is no such file. */
  size(location: string): Promise<number | null>;
  /** Creates or replaces a file: readers see the old content or the new, never a part. Missing folders are made. */
  write(location: string, content: Content): Promise<void>;
  /**
   * Creates a file that must not exist yet (I4). Of several callers exactly one gets `created`.
   * @throws OutcomeUnknown when the file may or may not have been created; any other error means it was not.
   */
  createExclusive(location: string, bytes: Uint8Array): Promise<'created' | 'exists'>;
  /** Removes files, versions of a table (`*.metadata.json`) one after the other in the given order; absent ones are no error. */
  delete(locations: readonly string[]): Promise<void>;
  /** Locations of all files beneath a folder, sorted; empty when there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  /** The files that `list` names, with what the storage knows of them. */
  details(folder: string): Promise<readonly FileDetails[]>;
  /** Names of the folders directly beneath a folder, sorted; empty when there is no such folder. */
  folders(folder: string): Promise<readonly string[]>;
  /**
   * Local paths by location under which these files can be read: their own, or those of copies made now. Only for files that
   * never change, which data and delete files do not.
   */
  localPaths(locations: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** A storage that is opened when a file of it is first asked for, and asked anew each time which one it is. */
export function openedLater(open: () => Promise<FileIO>): FileIO {
  return {
    read: async (location) => (await open()).read(location),
    readRange: async (location, start, end) => (await open()).readRange(location, start, end),
    size: async (location) => (await open()).size(location),
    write: async (location, content) => (await open()).write(location, content),
    createExclusive: async (location, bytes) => (await open()).createExclusive(location, bytes),
    delete: async (locations) => (await open()).delete(locations),
    list: async (folder) => (await open()).list(folder),
    details: async (folder) => (await open()).details(folder),
    folders: async (folder) => (await open()).folders(folder),
    localPaths: async (locations) => (locations.length === 0 ? new Map() : (await open()).localPaths(locations)),
  };
}

/** A file operation failed and left nothing that counts. */
export class StorageError extends ConnectorError {
  override readonly name: string = 'StorageError';
  /** The system's code such as ENOSPC, when it gave one. */
  readonly code: string | undefined;

  constructor(what: string, cause: unknown) {
    const code = errorCode(cause);
    super('failed', `Could not ${what}: ${reason(code, cause)}`, { cause });
    this.code = code;
  }
}

/** The exclusive creation of a file ended without a clear answer. */
export class OutcomeUnknown extends StorageError {
  override readonly name = 'OutcomeUnknown';
}

/** The `code` of a system error, if it has one. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** For what is looked at and need not be there. @throws any other error */
export function nullWhenAbsent(error: unknown): null {
  if (errorCode(error) === 'ENOENT') return null;
  throw error;
}

/** Runs work that touches the disk; a system's refusal becomes a StorageError that says what was tried. */
export async function orStorageError<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConnectorError || errorCode(error) === undefined) throw error;
    throw new StorageError(what, error);
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full (ENOSPC). Free some space, then run again.',
  EDQUOT: 'the disk quota is used up (EDQUOT). Free some space, then run again.',
  EACCES: 'permission denied (EACCES). Give this user read and write access to the warehouse.',
  EPERM: 'operation not permitted (EPERM). Give this user read and write access to the warehouse.',
  EROFS: 'the file system is read-only (EROFS). Choose a warehouse that can be written.',
  ENOTDIR: 'a file stands where a folder is expected (ENOTDIR). Move it away.',
  EISDIR: 'a folder stands where a file is expected (EISDIR). Move it away.',
  ENAMETOOLONG: 'the path is too long for this file system (ENAMETOOLONG). Choose a shorter warehouse path.',
  EMFILE: 'too many open files (EMFILE). Raise the limit (ulimit -n), then run again.',
};

function reason(code: string | undefined, cause: unknown): string {
  const advice = code === undefined ? undefined : ADVICE[code];
  return advice ?? `${cause instanceof Error ? cause.message : String(cause)}.`;
}
