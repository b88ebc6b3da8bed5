/** Every page that is written from other files, with what it should hold now. */
import { loadActions } from '../../src/actions/registry/load.js';
import { readActionFiles, readPackageFile, readStreamFiles } from '../../src/app/settings/package-files.js';
import { readPeers } from '../../src/app/settings/peers.js';
import { loadRegistry } from '../../src/runtime/streams/load.js';
import { actionsPage } from './actions-page.js';
import { manPage } from './man-page.js';
import { peersPage } from './peers-page.js';
import { readmeWithStreams } from './readme.js';
import { operationsWithRhythms } from './rhythms.js';
import { settingsJsonSchema } from './settings-schema.js';
import { streamFileJsonSchema } from './stream-file-schema.js';
import { streamsPage } from './streams-page.js';

export interface GeneratedFile {
  /** Path from the root of the project. */
  readonly file: string;
  readonly text: string;
}

export function generatedFiles(): readonly GeneratedFile[] {
  const registry = loadRegistry(readStreamFiles());
  return [
    { file: 'README.md', text: readmeWithStreams(readPackageFile('README.md').text, registry) },
    { file: 'docs/operations.md', text: operationsWithRhythms(readPackageFile('docs/operations.md').text, registry) },
    { file: 'docs/streams.md', text: streamsPage(registry) },
    { file: 'docs/actions.md', text: actionsPage(loadActions(readActionFiles())) },
    { file: 'docs/from-other-connectors.md', text: peersPage(readPeers()) },
    { file: 'docs/stream-file.schema.json', text: streamFileJsonSchema() },
    { file: 'docs/connector.1', text: manPage(readPackageFile('README.md').text) },
    { file: 'docs/sync.schema.json', text: settingsJsonSchema() },
  ];
}
