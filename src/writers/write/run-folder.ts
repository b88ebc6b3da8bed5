/** A run's own folder for rows under way, readable by its owner alone; what killed runs left behind is cleared away. */
import { lstat, mkdtemp, readdir, readFile, rm, rmdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { orStorageError } from '../../core/files/file-io.js';
import { isOwn, makeOwnFolder } from '../../core/files/own-folder.js';
import { lifeOf, ownIdentity, type ProcessIdentity } from '../../core/lease/process-identity.js';
import { ORPHAN_AGE_HOURS } from '../iceberg/limits.js';

const OWNER = 'owner.json';
/** What `make` names folders; nothing else is ever removed. */
const OURS = /^[A-Za-z0-9_-]{1,64}-[A-Za-z0-9]{6}$/;
/** A folder of another machine, or of this one before it was started anew, may be of a run that lives there; such a run writes to it. */
const ABANDONED_MS = ORPHAN_AGE_HOURS * 3_600_000;
/** A folder without a readable owner may belong to a run that is just beginning. */
const GRACE_MS = 3_600_000;

export class RunFolder {
  #made: Promise<string> | null = null;

  /** @param parent the folder of all runs @param runId part of the folder's name, for people @param untidied told of leftovers that stay */
  constructor(
    private readonly parent: string,
    private readonly runId: string,
    private readonly untidied: (error: unknown) => void = () => undefined,
  ) {}

  /** The folder, made at the first call; leftovers of dead runs are removed then. @throws ConnectorError (usage) when the parent is not ours */
  path(): Promise<string> {
    this.#made ??= this.#make();
    return this.#made;
  }

  async remove(): Promise<void> {
    if (!this.#made) return;
    const folder = await this.#made;
    await orStorageError(`remove the folder ${folder}`, () => rm(folder, { recursive: true, force: true }));
  }

  async #make(): Promise<string> {
    await makeOwnFolder(this.parent);
    await removeLeftovers(this.parent, this.untidied);
    const readable = this.runId.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64);
    const folder = await mkdtemp(join(this.parent, `${readable}-`));
    await writeFile(join(folder, OWNER), JSON.stringify(await ownIdentity()), { mode: 0o600 });
    return folder;
  }
}

/** What a dead run left and nobody can remove is no reason for the living ones to stop. */
async function removeLeftovers(parent: string, untidied: (error: unknown) => void): Promise<void> {
  for (const name of await readdir(parent)) {
    const folder = join(parent, name);
    const remove = () => removeIfLeft(folder);
    if (OURS.test(name)) await orStorageError(`remove the folder ${folder}`, remove).catch(untidied);
  }
}

async function removeIfLeft(folder: string): Promise<void> {
  const found = await lstat(folder).catch(() => null);
  if (!found?.isDirectory() || !isOwn(found)) return;
  const life = await lifeOfOwner(folder);
  const isLeft = life === 'dead' || (life === 'unknown' && Date.now() - (await lastWritten(folder)) > ABANDONED_MS);
  if (isLeft) await rm(folder, { recursive: true, force: true });
  else if (life === 'nameless' && Date.now() - found.mtimeMs > GRACE_MS) await removeUnbegun(folder);
}

/** Of the folder and all in it, milliseconds since 1970. */
async function lastWritten(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  const found = await Promise.all([folder, ...names.map((name) => join(folder, name))].map((path) => lstat(path)));
  return Math.max(...found.map(({ mtimeMs }) => mtimeMs));
}

/** A run that died before its owner was written had put nothing else there; what holds more is not a run's. */
async function removeUnbegun(folder: string): Promise<void> {
  if ((await readdir(folder)).some((name) => name !== OWNER)) return;
  await unlink(join(folder, OWNER)).catch(() => undefined);
  await rmdir(folder).catch(() => undefined);
}

async function lifeOfOwner(folder: string): Promise<'alive' | 'dead' | 'unknown' | 'nameless'> {
  try {
    return await lifeOf(JSON.parse(await readFile(join(folder, OWNER), 'utf8')) as ProcessIdentity);
  } catch {
    return 'nameless';
  }
}
