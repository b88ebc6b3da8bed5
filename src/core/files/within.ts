/** Whether a path lies below a folder, or is it: both as they are, with no link followed. */
import { isAbsolute, relative, sep } from 'node:path';

export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  // `..plan.txt` is a name like others.
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
