/**
 * Files that a row names: below one folder, which the settings name, and nowhere else. A row may come from a query over what people wrote
 * in Jira, and must not carry the machine's other files there.
 */
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, isAbsolute, relative, resolve } from 'node:path';
import { BadValue, quoted } from '../../actions/values/bad-value.js';
import type { Json } from '../../contract/table.js';

/** A name that arrives as another one is not found again when the answer is lost. */
const ALTERED = /[\\/"%:$?*<>|\p{Cc}]/u;
const MOST_BYTES = 100 * 1024 * 1024;

/** @param folder from the settings; null: none is allowed. @throws BadValue */
export const fileFactsIn =
  (folder: string | null) =>
  (name: string): Json => {
    if (folder === null)
      throw new BadValue(
        'no file may be attached: say in sync.yaml below which folder they are, `write: { files: ./outbox }`',
      );
    const path = found(folder, name);
    const inside = relative(realpathSync(folder), path);
    if (inside === '' || inside.startsWith('..') || isAbsolute(inside))
      throw new BadValue(`${quoted(name)} is not below ${folder}, the folder that \`write.files\` allows`);
    const stat = statSync(path);
    const { size } = stat;
    if (!stat.isFile()) throw new BadValue(`${quoted(name)} is no file`);
    if (size === 0 || size > MOST_BYTES)
      throw new BadValue(`${quoted(name)} has ${size} bytes; expected 1 to ${MOST_BYTES}`);
    const filename = basename(path).normalize('NFC');
    if (ALTERED.test(filename))
      throw new BadValue(
        `${quoted(filename)}: Jira alters or refuses such a name; rename the file, without any of \\ / " % : $ ? * < > |`,
      );
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    return { path, filename, size, sha256 };
  };

/** Where a name leads, links followed. */
function found(folder: string, name: string): string {
  try {
    return realpathSync(resolve(folder, name));
  } catch {
    throw new BadValue(`there is no file ${quoted(name)} in ${folder}`);
  }
}
