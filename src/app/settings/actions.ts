/** The actions that come with the connector, read once. */
import { loadActions } from '../../actions/registry/load.js';
import type { ActionRegistry } from '../../actions/registry/registry.js';
import { readActionFiles } from './package-files.js';

let known: ActionRegistry | undefined;

/** @throws ConnectorError kind `usage` with file:line. */
export function actionRegistry(): ActionRegistry {
  known ??= loadActions(readActionFiles());
  return known;
}
