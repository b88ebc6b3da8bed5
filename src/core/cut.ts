/** The text, or its beginning and `…`: at most so many characters. */
export function cut(text: string, widest: number): string {
  // A character has two units at most, and a text may have megabytes.
  const characters = [...text.slice(0, 2 * widest + 2)];
  return characters.length <= widest ? text : `${characters.slice(0, widest - 1).join('')}…`;
}
