/** What DuckDB says of a data file that is cut off, overwritten or gone, in words of ours: its own name the symptom, not the trouble. */

const DAMAGED =
  /don't know what type|No magic bytes|too small to be a Parquet file|Footer length|decompression failure|TProtocolException|Invalid Parquet|Failed to read Parquet|Variable-length int over|Parquet file .*(corrupt|invalid)/i;
const GONE = /No files found that match the pattern "(.+?\.parquet)"/;
const FILE = /[Ff]ile (?:"(.+?\.parquet)"|'(.+?\.parquet)')/;

/** Null for any other error. @param words the first line of DuckDB's message */
export function damageOf(words: string): string | null {
  // As `pathList` writes it.
  const gone = GONE.exec(words)?.[1]?.replace(/\[([[*?])\]/g, '$1');
  if (gone === undefined && !DAMAGED.test(words)) return null;
  const [, double, single] = FILE.exec(words) ?? [];
  const which = gone ?? double ?? single;
  return (
    `A data file of the table is ${gone === undefined ? 'damaged or cut off' : 'missing'}${which === undefined ? '; which one is not known' : `: ${which}`}. ` +
    "Nothing was changed. Bring it back from a backup, or move the table's folder away and read the stream anew."
  );
}
