/** A run's report as a table for people. */
import CliTable from 'cli-table3';
import type { StreamReport } from '../runtime/reading/report.js';
import type { RunReport } from './sync-run.js';

export function reportTable(report: RunReport): string {
  const parts = report.connections.map(({ name, site, streams }) => `${name} (${site})\n${streamsTable(streams)}`);
  const total = `${report.ok ? 'Done' : 'Not all went well'}: ${report.requests} requests in ${report.seconds} s.`;
  return [...parts, ...errorsOf(report), total].join('\n');
}

/** One line for each different thing that went wrong; a sentence that names its stream already is left as it is. */
export function errorsOf(report: RunReport): readonly string[] {
  const lines = report.connections.flatMap(({ streams }) =>
    streams.flatMap(({ stream, error }) => {
      if (error === undefined) return [];
      return error.startsWith(`${stream}:`) ? [error] : [`${stream}: ${error}`];
    }),
  );
  return [...new Set(lines)];
}

function streamsTable(streams: readonly StreamReport[]): string {
  const table = new CliTable({
    head: ['stream', 'state', 'mode', 'route', 'read', 'written', 'deleted', 'rejected', 'requests', 'seconds'],
    colAligns: ['left', 'left', 'left', 'left', 'right', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const one of streams)
    table.push([
      one.stream,
      one.state,
      one.mode,
      one.route,
      one.rows_read,
      one.rows_written,
      one.rows_deleted,
      one.rows_rejected,
      one.requests,
      one.seconds,
    ]);
  return table.toString();
}
