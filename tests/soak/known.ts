/** Differences that are known and not mended yet: the number of the point that will mend them, and how the text of the difference is known. */
export const KNOWN: readonly { readonly point: string; readonly text: RegExp }[] = [
  { point: '11', text: /^worklog_updated: .*\n {4}\d+ in the table alone/ },
  { point: '12a', text: /^worklog_updated: .*\n {4}\d+ lacking/ },
  { point: '12', text: /^issue_search: .*\n {4}\d+ lacking or other in the table:\n {6}\d+ R\d+-/ },
  { point: '14a', text: /^issue_search: .*\n {4}\d+ lacking or other in the table:\n {6}names/ },
];

/** The point that will mend a difference; undefined for a new one. */
export const pointOf = (text: string): string | undefined => KNOWN.find((known) => known.text.test(text))?.point;
