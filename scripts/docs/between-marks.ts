/** A part of a page that is written from other files, between two marks; the rest of the page is a person's. */

/** @throws Error when the page has lost its marks. */
export function between(page: string, [first, last]: readonly [begin: string, end: string], part: string): string {
  const [begin, end] = [page.indexOf(first), page.indexOf(last)];
  if (begin < 0 || end < begin) throw new Error(`A page has no place for a part that is written: ${first} … ${last}`);
  return `${page.slice(0, begin)}${first}\n\n${part}\n\n${page.slice(end)}`;
}
