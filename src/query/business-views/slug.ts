/** Display names of fields as SQL identifiers that need no quotes. */

/** Letters of the Latin script that do not come apart into a letter and a mark. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ħ: 'h',
  ı: 'i',
};

/** Names that would read as columns of the table itself. */
const RAW = /^customfield_\d+/;
const LONGEST = 60;

/**
 * `Größe (m²)` -> `grosse_m2`: marks are dropped, everything else becomes `_`. `2nd reviewer` -> `field_2nd_reviewer`.
 * Null when no Latin letter is in it, or nothing that could be told from an id.
 */
export function slug(text: string): string | null {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[ßæœøđðþłħı]/g, (letter) => LETTERS[letter] ?? letter)
    .replace(/[\p{M}'’]/gu, '');
  const words = plain.replace(/[^a-z0-9]+/g, '_').slice(0, LONGEST);
  const name = words.replace(/^_|_$/g, '');
  if (!/[a-z]/.test(name) || RAW.test(name)) return null;
  return /^\d/.test(name) ? `field_${name}` : name;
}
