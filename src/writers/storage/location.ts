/** Locations as texts. Table metadata is written by others, too: one file has several names, and a name may lead elsewhere. */

/** Other writers put a scheme before local paths and call S3 by older names. As regular expressions that DuckDB takes as well. */
const OTHER_WORDS = [
  { pattern: /^file:(\/\/)?\//, plain: '/' },
  { pattern: /^s3[an]:\/\//, plain: 's3://' },
];

/** The same file in this writer's words: a plain absolute path, or `s3://bucket/key`. Nothing in it is percent-encoded. */
export function plainLocation(location: string): string {
  return OTHER_WORDS.reduce((text, { pattern, plain }) => text.replace(pattern, plain), location);
}

/** The same as SQL. @param column SQL of a text */
export function plainLocationSql(column: string): string {
  return OTHER_WORDS.reduce(
    (sql, { pattern, plain }) => `regexp_replace(${sql}, '${pattern.source}', '${plain}')`,
    column,
  );
}

/**
 * What a table in a local folder is called from its first version on: by a URI, which some readers insist on. Others cut a URI
 * at `#` and `?` or decode `%`: then the plain path is what all of them can still use.
 */
export function localLocation(path: string): string {
  return /[#?%]/.test(path) ? path : `file://${path}`;
}

/** Whether a location lies where it reads: one with `.` or `..` within may be anywhere (I10). */
export function isStraight(location: string): boolean {
  return !location.split('/').some((segment) => segment === '.' || segment === '..');
}

/** Whether a location lies in a folder, or in one beneath it; the folder itself does not. */
export function isBeneath(folder: string, location: string): boolean {
  const start = `${plainLocation(folder).replace(/\/+$/, '')}/`;
  return plainLocation(location).startsWith(start) && isStraight(location);
}
