/** A run's own folder for rows under way, readable by its owner alone; what killed runs left behind is cleared away. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lifeOf, ownIdentity, type ProcessIdentity } from './lock/process-identity.js';
import { makeFolder } from './storage/durable.js';

const OWNER = 'owner.json';
/** A folder without a readable owner may belong to a run that is just beginning. */
const GRACE_MS = 3_600_000;

export class RunFolder {
  private made: Promise<string> | null = null;

  /** @param parent the folder of all runs @param runId part of the folder's name, for people */
  constructor(
    private readonly parent: string,
    private readonly runId: string,
  ) {}

  /** The folder, made at the first call; leftovers of dead runs are removed then. */
  path(): Promise<string> {
    this.made ??= this.make();
    return this.made;
  }

  async remove(): Promise<void> {
    if (this.made) await rm(await this.made, { recursive: true, force: true });
  }

  private async make(): Promise<string> {
    await makeFolder(this.parent, 0o700);
    await removeLeftovers(this.parent);
    const readable = this.runId.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64);
    const folder = await mkdtemp(join(this.parent, `${readable}-`));
    await writeFile(join(folder, OWNER), JSON.stringify(await ownIdentity()), { mode: 0o600 });
    return folder;
  }
}

async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const folder = join(parent, name);
    if (await isLeftover(folder)) await rm(folder, { recursive: true, force: true });
  }
}

/** Only a proven death counts: a folder of another machine may be of a run that lives there. */
async function isLeftover(folder: string): Promise<boolean> {
  try {
    const owner = JSON.parse(await readFile(join(folder, OWNER), 'utf8')) as ProcessIdentity;
    return (await lifeOf(owner)) === 'dead';
  } catch {
    const made = await stat(folder).catch(() => null);
    return made !== null && Date.now() - made.mtimeMs > GRACE_MS;
  }
}
