/** What `write` says to people: of a dry run what would be done, else what was done. */
import type { RowResult, ShownChange, WriteReport } from '../../app/write/report.js';
import type { Json } from '../../contract/table.js';

const MOST_ROWS = 20;

export function writeReportText(report: WriteReport): string {
  const { dry_run: isDry, rows, notices, changes, planned } = report;
  const isWrong = ({ state }: RowResult) => state === 'invalid' || state === 'failed' || state === 'unknown';
  // One row that was not sent alone says why.
  const wrong = rows.filter((row) => isWrong(row) || (rows.length === 1 && row.state === 'skipped'));
  const lines = [
    ...(isDry ? changes.flatMap(changeLines) : []),
    ...wrong.slice(0, MOST_ROWS).map(rowLine),
    ...(wrong.length > MOST_ROWS ? [`… and ${wrong.length - MOST_ROWS} more`] : []),
    ...(isDry ? notices : []),
    countLine(report),
  ];
  if (isDry && planned !== null && report.ready > 0)
    lines.push(
      `That is ${planned.requests} ${planned.requests === 1 ? 'request' : 'requests'}, about ${planned.minutes} min. Nothing was sent; --yes sends it.`,
    );
  return lines.join('\n');
}

function countLine({ action, dry_run: isDry, rows_in, ...counts }: WriteReport): string {
  const names = ['ready', 'done', 'skipped', 'failed', 'unknown', 'invalid'] as const;
  const parts = names.filter((name) => counts[name] > 0).map((name) => `${counts[name]} ${name}`);
  const [first] = counts.rows;
  const made =
    !isDry && rows_in === 1 && first?.state === 'done'
      ? ` ${first.issue ?? ''} ${first.result_id ?? ''}`.trimEnd()
      : '';
  return `${action}${made}: ${rows_in} ${rows_in === 1 ? 'row' : 'rows'}, ${parts.join(', ') || 'none to be sent'}. Run ${counts.run_id}.`;
}

const rowLine = ({ line, state, issue, error }: RowResult) =>
  `line ${line}: ${state}${issue === null ? '' : ` (${issue})`}: ${error ?? ''}`;

function changeLines({ line, issue, values }: ShownChange): readonly string[] {
  const shown = (value: Json) =>
    value === null ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value);
  return [
    `line ${line}${issue === null ? '' : ` ${issue}`}`,
    ...values.map(({ name, before, after }) => `  ${name}: ${shown(before)} -> ${shown(after)}`),
  ];
}
