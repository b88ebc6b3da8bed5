/** A login's tokens in a file that only its owner can read, renewed by one process at a time. */
import type { Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectorError } from '../../core/errors.js';
import { makeFolder, replaceDurably } from '../../core/files/durable.js';
import { errorCode } from '../../core/files/file-io.js';
import { isOpen, isOwn } from '../../core/files/own-folder.js';
import { TableBusyError, TableLease } from '../../core/lease/lease.js';
import { LocalLeaseFiles } from '../../core/lease/local-lease-files.js';
import type { TokenStore } from '../../http/auth/token-sources.js';

const LOOK_AGAIN_MS = 100;
/** Longer than any renewal takes whose server answers at all. */
const PATIENCE_MS = 5 * 60_000;

export class TokenFile implements TokenStore {
  constructor(readonly place: string) {}

  async read(): Promise<string | null> {
    try {
      const file = await open(this.place, 'r');
      try {
        refuseShared(this.place, await file.stat());
        return await file.readFile('utf8');
      } finally {
        await file.close();
      }
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw error instanceof ConnectorError ? error : this.#failure('read', error);
    }
  }

  /** A crash leaves the old tokens or the new ones, never half of them. */
  async write(text: string): Promise<void> {
    try {
      await makeFolder(dirname(this.place), 0o700);
      await replaceDurably(this.place, Buffer.from(text), 0o600);
    } catch (error) {
      throw this.#failure('written', error);
    }
  }

  async exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const lease = await this.#lease();
    try {
      return await work();
    } finally {
      await lease.release();
    }
  }

  async #lease(): Promise<TableLease> {
    const began = new Date();
    while (true) {
      try {
        await makeFolder(dirname(this.place), 0o700);
        return await TableLease.acquire(await LocalLeaseFiles.open(`${this.place}.lock`), 'of tokens', began);
      } catch (error) {
        if (
          error instanceof ConnectorError &&
          ['usage', 'later'].includes(error.kind) &&
          !(error instanceof TableBusyError)
        )
          throw error;
        if (!(error instanceof TableBusyError)) throw this.#failure('locked', error);
        if (Date.now() - began.getTime() > PATIENCE_MS) throw this.#busy(error);
        await sleep(LOOK_AGAIN_MS);
      }
    }
  }

  #busy({ holder }: TableBusyError): ConnectorError {
    return new ConnectorError(
      'later',
      `The token file ${this.place} is being renewed by process ${holder.pid} on host ${holder.host} since ${holder.runStart}. Wait for it or stop it, then run again.`,
    );
  }

  #failure(what: string, cause: unknown): ConnectorError {
    const reason = errorCode(cause) ?? (cause instanceof Error ? cause.message : String(cause));
    return new ConnectorError('failed', `The token file ${this.place} cannot be ${what} (${reason}).`, { cause });
  }
}

/** Who may write it signs us in as whom they like; who may read it is signed in as us. */
function refuseShared(place: string, found: Stats): void {
  if (isOwn(found) && !isOpen(found)) return;
  const what = isOwn(found) ? 'can be read or written by other users' : `belongs to another user (uid ${found.uid})`;
  throw new ConnectorError(
    'usage',
    `The token file ${place} ${what}: its tokens may be known or forged. Run \`chmod 600 ${place}\` if nobody else uses this machine; else remove it and sign in again.`,
  );
}
