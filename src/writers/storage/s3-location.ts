/** `s3://bucket/key` as table metadata holds it. The key is taken letter by letter: nothing in it is percent-encoded. */
import { ConnectorError } from '../../core/errors.js';

export interface S3Place {
  readonly bucket: string;
  readonly key: string;
}

/** @throws ConnectorError for anything but `s3://` and the older names of it that other writers use (`s3a://`, `s3n://`) */
export function s3Place(location: string): S3Place {
  const [, bucket, key] = /^s3[an]?:\/\/([^/]+)\/?(.*)$/s.exec(location) ?? [];
  if (bucket !== undefined && key !== undefined) return { bucket, key };
  throw new ConnectorError('failed', `${location} is not in the object store: expected s3://bucket/key.`);
}

/** A folder's location and prefix of keys, both ending in `/`; the prefix is empty for a whole bucket. */
export function s3Folder(location: string): { readonly location: string; readonly bucket: string; prefix: string } {
  const folder = location.replace(/\/*$/, '/');
  const { bucket, key } = s3Place(folder);
  return { location: folder, bucket, prefix: key };
}
