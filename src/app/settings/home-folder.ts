/** The home folder of whoever runs this; a container's user may have none. */
import { homedir } from 'node:os';

/** Undefined without `HOME` and an entry in the list of users, for which Node throws. */
export function homeFolder(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}
