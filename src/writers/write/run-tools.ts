/** What a run needs on this machine, made when first needed: a folder and a DuckDB in it. The one owner of both, who closes them together. */
import { join } from 'node:path';
import { orStorageError } from '../../core/files/file-io.js';
import { Duck } from '../parquet/duckdb.js';
import { RunFolder } from './run-folder.js';

export interface RunToolsOptions {
  /** The folder of all runs. */
  readonly scratch: string;
  /** Part of the folder's name. */
  readonly runId: string;
  /** What DuckDB may use, in its words; default 256MB. */
  readonly memoryLimit?: string | undefined;
  /** Told of what could not be removed, of this run or of dead ones. */
  readonly untidied?: (error: unknown) => void;
}

export class RunTools {
  readonly #folder: RunFolder;
  #duck: Promise<Duck> | null = null;

  constructor(private readonly options: RunToolsOptions) {
    this.#folder = new RunFolder(options.scratch, options.runId, options.untidied);
  }

  /** The path of the run's folder. */
  readonly folder = (): Promise<string> =>
    orStorageError(`put files aside in ${this.options.scratch}`, () => this.#folder.path());

  readonly duck = (): Promise<Duck> => {
    this.#duck ??= this.folder().then((path) =>
      Duck.open({ memoryLimit: this.options.memoryLimit ?? '256MB', temporaryFolder: join(path, 'duckdb') }),
    );
    return this.#duck;
  };

  async close(): Promise<void> {
    try {
      // One that could not be opened has told so where it was needed.
      await (await this.#duck?.catch(() => null))?.close();
    } finally {
      // What cannot be removed is cleared away by a later run, as what a dead one left; where nobody is told, it is an error.
      await this.#folder.remove().catch((error: unknown) => {
        if (!this.options.untidied) throw error;
        this.options.untidied(error);
      });
    }
  }
}
