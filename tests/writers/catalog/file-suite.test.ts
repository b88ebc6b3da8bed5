import { join } from 'node:path';
import { accidentIn } from './accidents.js';
import { catalogSuite } from './suite.js';
import { fileCatalog, temporaryFolder } from './tables.js';

catalogSuite('files in a local folder', async () => {
  const root = join(await temporaryFolder(), 'lake');
  return {
    open: (now) => fileCatalog(root, { now }),
    openFaulty: (accident) => fileCatalog(root, { replace: (io) => accidentIn(io, accident) }),
  };
});
