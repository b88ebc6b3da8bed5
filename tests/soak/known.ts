/** Differences that are known and not mended yet: the number of the point that will mend them, and how the text of the difference is known. */
export const KNOWN: readonly { readonly point: string; readonly text: RegExp }[] = [];

/** The point that will mend a difference; undefined for a new one. */
export const pointOf = (text: string): string | undefined => KNOWN.find((known) => known.text.test(text))?.point;
