/** The home folder of whoever runs this, and what lies in it; a container's user may have none. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Environment } from '../../core/environment.js';
import { readEnvironment } from './environment.js';

/** Undefined without `HOME` and an entry in the list of users, for which Node throws. */
export function homeFolder(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}

/** For what must last: tokens, the history of the prompt. */
export function stateFolder(env: Environment): string | undefined {
  const { stateHome } = readEnvironment(env);
  const home = homeFolder();
  const state = stateHome !== undefined && isAbsolute(stateHome) ? stateHome : home && join(home, '.local', 'state');
  return state === undefined ? undefined : join(state, 'jira-iceberg-connector');
}
