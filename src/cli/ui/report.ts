/** A run's report as a table for people. */

import type { RunReport } from '../../app/sync.js';
import type { Census, StreamReport } from '../../contract/report.js';
import { showState } from '../../core/calendar.js';
import { count } from '../../core/count.js';
import { printable } from '../../core/printable.js';
import { plainTableOf, type TableColumn, tableOf } from '../../core/text-table.js';

/** @param width in characters of a table; null: every column */
export function reportTable(report: RunReport, width: number | null): string {
  const parts = report.connections.map(({ name, site, streams }) =>
    [
      `${name} (${site})`,
      isNotBegun(streams) ? `None of its ${streams.length} streams was read.` : tableText(streams, width),
      ...censusLines(streams),
    ].join('\n'),
  );
  const total = `${report.ok ? 'Done' : 'Not all went well'}: ${count(report.requests, 'request')} in ${report.seconds} s.`;
  return [...parts, ...errorsOf(report).map(printable), total].join('\n');
}

const tableText = (streams: readonly StreamReport[], width: number | null) =>
  width === null ? tableOf(COLUMNS, streams, true) : plainTableOf(NARROW, streams, width);

/** A line for each of fifty streams would stand above the one reason why none of them was asked for. */
const isNotBegun = (streams: readonly StreamReport[]) =>
  streams.length > FEW &&
  streams.every(({ state, requests }) => (state === 'failed' || state === 'paused') && requests === 0) &&
  errorsOfStreams(streams).length === 1;

/** One line for each different thing that went wrong in a connection, which is named when there are several. */
export function errorsOf({ connections }: RunReport): readonly string[] {
  return connections.flatMap(({ name, streams }) => {
    const errors = errorsOfStreams(streams);
    return connections.length > 1 ? errors.map((error) => `${name}: ${error}`) : errors;
  });
}

/** A sentence may begin with the name of its stream, or of the one whose requests it shared: without it, one trouble is one line. */
function errorsOfStreams(all: readonly StreamReport[]): readonly string[] {
  const names = new Set(all.map(({ stream }) => stream));
  const streamsOf = new Map<string, string[]>();
  for (const { stream, error } of all) {
    const text = error?.replace(/^([a-z0-9_]+): /, (prefix, name: string) => (names.has(name) ? '' : prefix));
    if (text !== undefined) streamsOf.set(text, [...(streamsOf.get(text) ?? []), stream]);
  }
  return [...streamsOf].map(([error, streams]) =>
    streams.length > FEW ? `${streams.length} streams: ${error}` : `${streams.join(', ')}: ${error}`,
  );
}

/** More streams than these with one trouble are counted, not named: the table above names them. */
const FEW = 3;

/** One line for each census of the run. */
function censusLines(streams: readonly StreamReport[]): readonly string[] {
  return streams.flatMap(({ stream, census }) => (census ? [`${stream} census: ${censusText(census)}`] : []));
}

const number = new Intl.NumberFormat('en-US');

/** `10,000 listed, 10,000 live, 0 lacking, 3 gone`; what was lacking and could be read is told, too. */
export function censusText({ listed, live, added, gone, confirmed }: Omit<Census, 'groups'>): string {
  const parts = [
    `${number.format(listed)} listed`,
    `${number.format(live)} live`,
    `${number.format(Math.max(0, listed - live))} lacking`,
    `${number.format(gone)} gone`,
  ];
  if (added > 0) parts.push(`${number.format(added)} were lacking and read now`);
  if (confirmed > 0) parts.push(`${number.format(confirmed)} not listed yet there`);
  return parts.join(', ');
}

const NARROW: readonly TableColumn<StreamReport>[] = [
  ['stream', 'left', ({ stream }) => stream],
  ['state', 'left', (report) => showState(report, Date.now())],
  ['read', 'right', ({ rows_read: rows }) => number.format(rows)],
  ['changed', 'right', ({ rows_written: rows, rows_deleted: deleted }) => number.format(rows + deleted)],
  ['requests', 'right', ({ requests }) => number.format(requests)],
];

const COLUMNS: readonly TableColumn<StreamReport>[] = [
  ['stream', 'left', ({ stream }) => stream],
  ['state', 'left', ({ state }) => state],
  ['mode', 'left', ({ mode }) => mode],
  ['route', 'left', ({ route }) => route],
  ['read', 'right', ({ rows_read: rows }) => rows],
  ['written', 'right', ({ rows_written: rows }) => rows],
  ['deleted', 'right', ({ rows_deleted: rows }) => rows],
  ['rejected', 'right', ({ rows_rejected: rows }) => rows],
  ['late', 'right', ({ rows_late: rows }) => rows],
  ['requests', 'right', ({ requests }) => requests],
  ['seconds', 'right', ({ seconds }) => seconds],
];
