/** A file on its way to a site: read when its turn comes, and sent only when it is the one that was looked at. */
import { createHash } from 'node:crypto';
import { own } from '../../core/json-path.js';
import type { Upload } from '../../http/client.js';
import type { SentRequest } from '../journal/entry.js';

/** @throws when it cannot be read */
export type ReadFile = (path: string) => Uint8Array;

/** Null for a request without a file; a sentence where the file is not what it was. */
export function uploadOf({ upload, body }: SentRequest, readFile: ReadFile | undefined): Upload | string | null {
  if (upload === undefined) return null;
  if (readFile === undefined) return 'no file can be read from here';
  const [path, filename, digest] = ['path', 'filename', 'sha256'].map((name) => String(own(body, name)));
  try {
    const bytes = readFile(path ?? '');
    if (createHash('sha256').update(bytes).digest('hex') === digest)
      return { field: upload, name: filename ?? '', bytes };
    return `${path} has changed since it was looked at; look again`;
  } catch (error) {
    return `${path} cannot be read any more: ${error instanceof Error && 'code' in error ? error.code : 'it failed'}`;
  }
}
