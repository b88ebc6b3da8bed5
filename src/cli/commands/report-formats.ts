/** What `report --format` knows. */
export const REPORT_FORMATS = ['table', 'json', 'csv', 'ndjson', 'html', 'xlsx'] as const;

export type ReportFormat = (typeof REPORT_FORMATS)[number];
