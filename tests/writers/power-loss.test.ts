/** The power goes: whatever of a commit the disk has kept, the table reads as before it or as after it, and what was told stays. */
import { afterEach, expect, test, vi } from 'vitest';
import { openWarehouse } from '../../src/writers/warehouse.js';
import { build, Disk, type Image, printOf } from './support/power-loss.js';
import { batch, ITEMS, item, loadTable, storedRows, temporaryFolder } from './support/tables.js';
import { type Call, type Watcher, watch } from './support/watched-fs.js';

vi.mock('node:fs/promises', async (original) => {
  const { watchedFs } = await import('./support/watched-fs.js');
  return watchedFs(await original());
});

afterEach(() => watch({}));

/** Rows under way and leases are no part of a table. */
const ASIDE = /\/\.(spool|locks)(\/|$)/;
type Logged = Call | 'committed';

/** Three commits: a new table, changed rows with a mark, and a state alone. */
async function threeCommits(
  root: string,
  before: Watcher['before'],
  note: (logged: Logged) => void,
): Promise<unknown[]> {
  const contents: unknown[] = [await readTable(root)];
  const writer = await openWarehouse({ root, runId: 'run-1' });
  const table = await writer.open(ITEMS);
  const steps = [
    () => table.write([item('a'), item('b')]),
    async () => {
      await table.write([item('a', 2), item('c')]);
      table.mark({ reason: 'feed', where: { column: 'id', in: ['b'] }, exceptBatch: false });
    },
    async () => undefined,
  ];
  for (const [index, step] of steps.entries()) {
    watch({ before, after: note });
    await step();
    await table.commit(batch(index + 1));
    watch({});
    note('committed');
    contents.push(await readTable(root));
  }
  await writer.close();
  return contents;
}

/** State and rows; null: there is no table. */
async function readTable(root: string) {
  const version = await loadTable(root).then(
    ({ version: found }) => found,
    (error: Error) => {
      if (error.message.startsWith('no table')) return null;
      throw error;
    },
  );
  if (!version) return null;
  return {
    state: version.properties['connector.state'],
    rows: await storedRows(root, ITEMS, 'id, value, _deleted_reason'),
  };
}

/** Writing the hint makes the folder's names sure once more, and is no part of what a commit promises. */
function withoutHint({ to = '' }: Call): void {
  if (to.endsWith('version-hint.text')) throw Object.assign(new Error('no hint today'), { code: 'EIO' });
}

test.each([
  ['', undefined],
  [', and without hints', withoutHint],
])(
  'I4 I7 R-54: after a power loss at any call, with any part of what was not made durable, the table is whole%s',
  {
    timeout: 120_000,
  },
  async (_, before) => {
    const root = await temporaryFolder();
    const disk = new Disk(root, ASIDE);
    const images = new Map<string, { readonly image: Image; readonly done: number; readonly at: string }>();
    let done = 0;
    const contents = await threeCommits(root, before, (logged) => {
      if (logged === 'committed') done += 1;
      else disk.note(logged);
      const at = logged === 'committed' ? logged : `${logged.name} ${logged.to ?? logged.path}`;
      for (const image of disk.images()) images.set(`${done} ${printOf(image)}`, { image, done, at });
    });
    expect(contents).toHaveLength(4);
    expect(images.size).toBeGreaterThan(40);
    for (const { image, done: told, at } of images.values()) {
      build(root, image);
      const found = await readTable(root).catch((error: Error) => error.message);
      expect(contents.slice(told, told + 2), `${told} commits told, then a power loss after ${at}`).toContainEqual(
        found,
      );
    }
  },
);
