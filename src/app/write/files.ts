/**
 * Files that a row names: below one folder, which the settings name, and nowhere else. A row may come from a query over what people wrote
 * in Jira, and must not carry the machine's other files there.
 */
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, relative, resolve, sep } from 'node:path';
import { BadValue, quoted } from '../../actions/values/bad-value.js';
import type { Json } from '../../contract/table.js';
import { isWithin } from '../../core/files/within.js';

/** A name that arrives as another one is not found again when the answer is lost. */
const ALTERED = /[\\/"%:$?*<>|\p{Cc}]/u;
/** Settings, secrets and histories of programs; two dots are no such name. */
const HIDDEN = /^\.(?!\.)/;
const MOST_BYTES = 100 * 1024 * 1024;

export interface Files {
  /** What a row holds of a file. @throws BadValue */
  facts(name: string): Json;
  /** @param path as the facts have it. @throws when it cannot be read */
  read(path: string): Uint8Array;
}

/** @param folder from the settings; null: none is allowed */
export const filesIn = (folder: string | null): Files => ({
  facts: (name) => factsOf(folder, name),
  read: (path) => readFileSync(resolve(folder ?? '', path)),
});

function factsOf(folder: string | null, name: string): Json {
  if (folder === null)
    throw new BadValue(
      'no file may be attached: say in sync.yaml below which folder they are, `write: { files: ./outbox }`',
    );
  const root = told(
    () => realpathSync(folder),
    `there is no folder ${folder}, which \`write.files\` names, or it cannot be read`,
  );
  const file = told(() => realpathSync(resolve(root, name)), `there is no file ${quoted(name)} in ${folder}`);
  const path = relative(root, file);
  if (path === '' || !isWithin(root, file))
    throw new BadValue(`${quoted(name)} is not below ${folder}, the folder that \`write.files\` allows`);
  if (path.split(sep).some((part) => HIDDEN.test(part)))
    throw new BadValue(`${quoted(path)} has a name that begins with a dot; such files are not sent: rename it`);
  const unread = `${quoted(name)} cannot be read`;
  const stat = told(() => statSync(file), unread);
  const { size } = stat;
  if (!stat.isFile()) throw new BadValue(`${quoted(name)} is no file`);
  if (size === 0 || size > MOST_BYTES)
    throw new BadValue(`${quoted(name)} has ${size} bytes; expected 1 to ${MOST_BYTES}`);
  const filename = basename(file).normalize('NFC');
  if (ALTERED.test(filename))
    throw new BadValue(
      `${quoted(filename)}: Jira alters or refuses such a name; rename the file, without any of \\ / " % : $ ? * < > |`,
    );
  const bytes = told(() => readFileSync(file), unread);
  return { path, filename, size, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** What the system answers, or the words. @throws BadValue */
function told<Value>(ask: () => Value, words: string): Value {
  try {
    return ask();
  } catch {
    throw new BadValue(words);
  }
}
