/** What DuckDB says of a data file that is cut off or overwritten, in words of ours: its own name the symptom, not the trouble. */

const DAMAGED =
  /don't know what type|No magic bytes|too small to be a Parquet file|Footer length|decompression failure|TProtocolException|Invalid Parquet|Failed to read Parquet|Variable-length int over|Parquet file .*(corrupt|invalid)/i;
const FILE = /[Ff]ile (?:"(.+?\.parquet)"|'(.+?\.parquet)')/;

/** Null for any other error. @param words the first line of DuckDB's message */
export function damageOf(words: string): string | null {
  if (!DAMAGED.test(words)) return null;
  const [, double, single] = FILE.exec(words) ?? [];
  const which = double ?? single;
  return (
    `A data file of the table is damaged or cut off${which === undefined ? '; which one is not known' : `: ${which}`}. ` +
    "Nothing was changed. Bring it back from a backup, or move the table's folder away and read the stream anew."
  );
}
