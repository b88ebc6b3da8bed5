/** What the package says of the connector and of Jira: its manifest and its stream files, read once. */
import { loadRegistry } from '../../runtime/streams/load.js';
import type { Registry } from '../../runtime/streams/registry.js';
import { checkedRegistry } from './checked-streams.js';
import { loadManifest, type Manifest } from './manifest.js';
import { readStreamFiles, type StreamPackageFile } from './package-files.js';

export interface Definitions {
  readonly registry: Registry;
  readonly manifest: Manifest;
}

let known: Definitions | undefined;

/** @throws ConnectorError kind `usage` with file:line. */
export function definitions(): Definitions {
  known ??= { registry: registryOf(readStreamFiles()), manifest: loadManifest() };
  return known;
}

const registryOf = (files: readonly StreamPackageFile[]) => checkedRegistry(files) ?? loadRegistry(files);
