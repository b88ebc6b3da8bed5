/** `connector status`: how fresh each table is, told by the tables themselves. */

import { parseDuration, showDuration } from '../core/duration.js';
import { EXIT } from '../core/errors.js';
import { TextTable } from '../core/text-table.js';
import { type OpenTable, openForReading } from '../query/open-warehouse.js';
import { type StreamStatus, statusOf } from '../query/status.js';
import { reasonsToMaintain } from '../writers/upkeep/upkeep.js';
import type { Action, Registration } from './command.js';
import { censusText } from './report-table.js';

interface Options {
  readonly json?: true;
  /** Seconds. */
  readonly maxAge?: number;
}

const status: Action<Options> = async (context, _args, { json, maxAge }) => {
  const lake = context.lake();
  const warehouse = await openForReading(lake);
  try {
    const { streams, problems: uncounted } = await statusOf(warehouse, Date.now());
    const problems = [...warehouse.problems, ...uncounted];
    const maintenance = warehouse.tables.flatMap(maintenanceOf);
    const old = maxAge === undefined ? [] : streams.filter((stream) => isOlder(stream, maxAge));
    // An empty warehouse is no fresh one: whoever asks for an age wants to hear that nothing was ever read.
    const ok = problems.length === 0 && old.length === 0 && (maxAge === undefined || streams.length > 0);
    if (json) context.printJson({ ok, warehouse: lake.root, problems, streams, maintenance });
    else context.print(streams.length === 0 ? `There are no tables in ${lake.root} yet.` : tableOf(streams));
    if (!json) for (const line of streams.flatMap(owedLines)) context.print(line);
    if (!json) for (const line of maintenance.map(maintenanceLine)) context.print(line);
    for (const problem of problems) context.log.error(`cannot be read: ${problem}`);
    if (maxAge !== undefined && streams.length > 0 && old.length > 0)
      context.log.error(`older than ${showDuration(maxAge)}: ${old.map(nameOf).join(', ')}`);
    return ok ? EXIT.ok : EXIT.failed;
  } finally {
    warehouse.close();
  }
};

export const registerStatus: Registration = (program, run) => {
  program
    .command('status')
    .summary(
      'per stream: last run, state, rows, rows owed, deletes, rejects, late rows, requests, bookmark, age, census',
    )
    .option('--json', 'one JSON document')
    .option('--max-age <duration>', 'exit 1 when a stream has not succeeded for that long, such as 6h', parseDuration)
    .action(run(status));
};

const nameOf = (stream: StreamStatus) => `${stream.connection}.${stream.stream}`;

interface MaintenanceNeed {
  readonly table: string;
  readonly reasons: readonly string[];
}

function maintenanceOf({ namespace, name, version }: OpenTable): MaintenanceNeed[] {
  const reasons = reasonsToMaintain(version);
  return reasons.length === 0 ? [] : [{ table: `${namespace}.${name}`, reasons }];
}

const maintenanceLine = ({ table, reasons }: MaintenanceNeed) =>
  `${table} needs maintenance: ${reasons.join(', ')}. Run \`connector maintain\`.`;

/** `forbidden` and `unsupported` streams have nothing to be fresh, unless they once succeeded. */
function isOlder(stream: StreamStatus, maxAge: number): boolean {
  if (stream.age_seconds !== null) return stream.age_seconds > maxAge;
  return stream.state !== 'forbidden' && stream.state !== 'unsupported';
}

/** `2`, or `2 (1 hidden)`; nothing where nothing is owed. */
function owedCell({ owed }: StreamStatus): string {
  const hidden = owed.filter(({ state }) => state === 'hidden').length;
  if (owed.length === 0) return '';
  return hidden > 0 ? `${owed.length - hidden} (${hidden} hidden)` : String(owed.length);
}

/** Parents named below the table; the table `_owed` has them all. */
const NAMED = 5;

function owedLines(stream: StreamStatus): readonly string[] {
  const told = stream.owed
    .slice(0, NAMED)
    .map(
      ({ name, state, reason, since }) =>
        `${nameOf(stream)}: ${name} is ${state} since ${since.slice(0, 10)}: ${reason}`,
    );
  const more = stream.owed.length - told.length;
  return more > 0 ? [...told, `${nameOf(stream)}: ${more} more; see the table _owed`] : told;
}

function tableOf(streams: readonly StreamStatus[]): string {
  const table = new TextTable({
    head: [
      'stream',
      'state',
      'rows',
      'owed',
      'deleted',
      'rejected',
      'late',
      'requests',
      'bookmark',
      'last success',
      'census',
    ],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'right', 'left', 'left', 'left'],
    style: { head: [], border: [] },
  });
  for (const stream of streams)
    table.push([
      nameOf(stream),
      stream.state ?? '',
      stream.rows ?? '',
      owedCell(stream),
      stream.rows_deleted ?? '',
      stream.rows_rejected ?? '',
      stream.rows_late ?? '',
      stream.requests ?? '',
      stream.bookmark ?? '',
      stream.age_seconds === null ? 'never' : `${showDuration(stream.age_seconds)} ago`,
      stream.census ? `${stream.census.at.slice(0, 10)}: ${censusText(stream.census)}` : '',
    ]);
  return table.toString();
}
