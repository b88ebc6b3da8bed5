/**
 * Manifests that this process has written or read. A manifest never changes under its name, and every commit looks into all
 * those of its table: without this, each is unpacked again at every commit, and a first read costs its square.
 */
import type { FileIO } from '../../core/files/file-io.js';
import type { ManifestEntry } from './manifest.js';

interface Known {
  readonly bytes: number;
  readonly entries: readonly ManifestEntry[];
}

/** Of manifests as they are stored, for each storage; in memory they take some ten times as much. */
const MOST_BYTES = 2 * 1024 * 1024;

class KnownManifests {
  readonly #known = new Map<string, Known>();
  #bytes = 0;

  /** Undefined when it is not known, or not under this size. */
  get(location: string, bytes: number): readonly ManifestEntry[] | undefined {
    const found = this.#known.get(location);
    return found?.bytes === bytes ? found.entries : undefined;
  }

  /** The ones known longest go when there are too many. */
  set(location: string, known: Known): void {
    this.#bytes += known.bytes - (this.#known.get(location)?.bytes ?? 0);
    this.#known.set(location, known);
    for (const [oldest, { bytes }] of this.#known) {
      if (this.#bytes <= MOST_BYTES) return;
      this.#known.delete(oldest);
      this.#bytes -= bytes;
    }
  }
}

const OF_STORAGE = new WeakMap<FileIO, KnownManifests>();

export function knownManifests(io: FileIO): KnownManifests {
  const known = OF_STORAGE.get(io) ?? new KnownManifests();
  OF_STORAGE.set(io, known);
  return known;
}
