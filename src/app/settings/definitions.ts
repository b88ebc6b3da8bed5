/** What the package says of the connector and of Jira: its manifest and its stream files, read once. */
import { loadRegistry } from '../../runtime/streams/load.js';
import type { Registry } from '../../runtime/streams/registry.js';
import { checkedRegistry } from './checked-streams.js';
import { loadManifest, type Manifest } from './manifest.js';
import { readStreamFiles, type StreamPackageFile } from './package-files.js';
import type { ConfigSource } from './settings-file.js';
import { sortColumnsOf } from './table-layouts.js';

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

/** What settings may name of the streams. */
export function knownStreams(): Pick<ConfigSource, 'streamNames' | 'sortColumns'> {
  const { registry } = definitions();
  return { streamNames: [...registry.streams.keys()], sortColumns: sortColumnsOf(registry) };
}

const registryOf = (files: readonly StreamPackageFile[]) => checkedRegistry(files) ?? loadRegistry(files);
