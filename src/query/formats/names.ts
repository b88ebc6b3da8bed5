/** What `--format` knows. */
export const FORMAT_NAMES = ['table', 'json', 'csv', 'arrow'] as const;

export type FormatName = (typeof FORMAT_NAMES)[number];
