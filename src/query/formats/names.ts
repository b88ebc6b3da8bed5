/** What `--format` knows. */
export const FORMAT_NAMES = ['table', 'json', 'ndjson', 'csv', 'arrow'] as const;

/** `cells` is what a process hands another that makes a workbook: a line with names and kinds, then a line for each row. */
export type FormatName = (typeof FORMAT_NAMES)[number] | 'cells';

/** What `export` knows. */
export const EXPORT_FORMATS = ['csv', 'ndjson', 'json', 'xlsx', 'parquet'] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number];
