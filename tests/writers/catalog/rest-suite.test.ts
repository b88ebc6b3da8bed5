import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { RestCatalog } from '../../../src/writers/catalog/rest-catalog.js';
import {
  lacksRestCatalog,
  REST_CATALOG_START_MS,
  type RestCatalogServer,
  startRestCatalog,
} from '../../helpers/rest-catalog.js';
import { accidentBefore } from './accidents.js';
import { catalogSuite } from './suite.js';

const lacking = lacksRestCatalog();
if (lacking !== null) console.warn(`Tests of the REST catalog are skipped: ${lacking}.`);

let folder: string;
let server: RestCatalogServer;

beforeAll(async () => {
  if (lacking !== null) return;
  folder = await mkdtemp(join(tmpdir(), 'rest-catalog-'));
  server = await startRestCatalog({ folder, warehouse: `file://${folder}/lake` });
}, REST_CATALOG_START_MS);

afterAll(async () => {
  if (lacking !== null) return;
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const catalogAt = (uri: string, now?: () => number) =>
  new RestCatalog({ settings: { uri, auth: { type: 'none' } }, cache: join(folder, 'cache'), now });

catalogSuite(
  'a REST service',
  async () => {
    await server.clear();
    return {
      open: async (now) => catalogAt(server.uri, now),
      openFaulty: async (accident) => catalogAt(await accidentBefore(server.uri, accident)),
    };
  },
  lacking,
);
