import { join } from 'node:path';
import { accidentIn } from './accidents.js';
import { catalogSuite } from './suite.js';
import { openCatalog, temporaryFolder } from './tables.js';

catalogSuite('files in a local folder', async () => {
  const root = join(await temporaryFolder(), 'lake');
  return {
    open: (now) => openCatalog(root, { now }),
    openFaulty: (accident) => openCatalog(root, { replace: (io) => accidentIn(io, accident) }),
  };
});
