import { afterEach, describe, expect, it } from 'vitest';
import { armFailpoints, FAILPOINT } from '../../../src/core/failpoints.js';
import { dataFile } from '../iceberg/files.js';
import { append, fileCatalog, ITEMS, make, metadataFiles, temporaryFolder } from './tables.js';

afterEach(() => armFailpoints(''));

const BEFORE_THE_COMMIT_POINT = ['FP3', 'FP4', 'FP5'];
const POINTS = Object.values(FAILPOINT).filter((point) => point !== 'FP1' && point !== 'FP2');

describe('a disk that fails within a commit', () => {
  it.each(
    POINTS.flatMap((point) => ['ENOSPC', 'EIO'].map((code) => [point, code] as const)),
  )('at %s with %s gives no commit or a whole one, and an answer that is true', async (point, code) => {
    const root = await temporaryFolder();
    const catalog = await fileCatalog(root);
    const base = await make(catalog, ITEMS, append(dataFile('/1')));
    const before = await metadataFiles(root);
    armFailpoints(`${point}:1:${code}`);
    const outcome = await catalog.commit(base, append(dataFile('/2'))).catch((error: unknown) => error);
    const now = await catalog.load('acme', 'items');
    const files = now ? (await catalog.files(now)).data.map(({ location }) => location).sort() : [];
    if (BEFORE_THE_COMMIT_POINT.includes(point)) {
      expect(outcome).toMatchObject({ code });
      expect(files).toEqual(['/1']);
      expect(await metadataFiles(root)).toEqual(before);
    } else {
      expect(outcome).toEqual(now);
      expect(files).toEqual(['/1', '/2']);
    }
  });
});

describe('the control: storage that looks first and then writes', () => {
  it('I4 loses a commit that both writers believe in, which exclusive creation is there to prevent', async () => {
    const root = await temporaryFolder();
    const base = await make(await fileCatalog(root), ITEMS, append(dataFile('/1')));
    let waiting = 2;
    let letGo = () => {};
    const bothLooked = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const careless = await fileCatalog(root, {
      replace: (io) => ({
        createExclusive: async (location, bytes) => {
          if ((await io.size(location)) !== null) return 'exists';
          if (--waiting === 0) letGo();
          await bothLooked;
          await io.write(location, bytes);
          return 'created';
        },
      }),
    });
    const versions = await Promise.all(['/2', '/3'].map((file) => careless.commit(base, append(dataFile(file)))));
    expect(versions).toHaveLength(2);
    const now = await careless.load('acme', 'items');
    expect(now && (await careless.files(now)).data).toHaveLength(2);
  });
});
