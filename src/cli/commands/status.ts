/** `connector status`: how fresh each table is. */
import { measure } from '../../app/metrics/measure.js';
import { type MaintenanceNeed, nameOf, status } from '../../app/status.js';
import { showState } from '../../core/calendar.js';
import { showDuration } from '../../core/duration.js';
import { EXIT } from '../../core/errors.js';
import { plainTableOf, type TableColumn, tableOf } from '../../core/text-table.js';
import type { StreamStatus } from '../../query/status.js';
import type { Action } from '../command.js';
import { measuredOf } from '../measured.js';
import { censusText } from '../ui/report.js';

interface Options {
  readonly json?: true;
  readonly wide?: true;
  readonly format?: 'prometheus';
  /** Seconds. */
  readonly maxAge?: number;
}

export const run: Action<Options> = async (context, _args, { json, wide, format, maxAge }) => {
  const job = { warehouse: context.warehouse(), watched: context.watched(), maxAge };
  if (format === 'prometheus') {
    context.print((await measure({ ...job, ...measuredOf(context) }, context.log)).trimEnd());
    return EXIT.ok;
  }
  const found = await status(job);
  const { streams, problems, maintenance, warehouse } = found;
  if (json) context.printJson(found);
  else {
    const width = wide ? null : context.width;
    context.tell(streams.length === 0 ? `There are no tables in ${warehouse} yet.` : tableText(streams, width));
    for (const line of [...streams.flatMap(owedLines), ...maintenance.map(maintenanceLine)]) context.tell(line);
  }
  for (const problem of problems) context.log.error(`cannot be read: ${problem}`);
  const old = streams.filter(({ stale }) => stale);
  if (maxAge !== undefined && old.length > 0)
    context.log.error(`older than ${showDuration(maxAge)}: ${old.map(nameOf).join(', ')}`);
  return found.ok ? EXIT.ok : EXIT.failed;
};

const maintenanceLine = ({ table, reasons }: MaintenanceNeed) =>
  `${table} needs maintenance: ${reasons.join(', ')}. Run \`connector maintain\`.`;

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

const tableText = (streams: readonly StreamStatus[], width: number | null): string =>
  width === null ? tableOf(COLUMNS, streams, true) : plainTableOf(NARROW, streams, width);

const number = new Intl.NumberFormat('en-US');
const ageText = ({ age_seconds: age }: StreamStatus) => (age === null ? 'never' : showDuration(age));

const NARROW: readonly TableColumn<StreamStatus>[] = [
  ['stream', 'left', nameOf],
  ['state', 'left', (stream) => showState(stream, Date.now())],
  ['rows', 'right', ({ rows }) => (rows === null ? '' : number.format(rows))],
  [
    'changed',
    'right',
    ({ rows_written: written, rows_deleted: deleted }) =>
      written === null ? '' : number.format(written + (deleted ?? 0)),
  ],
  ['age', 'right', ageText],
];

const COLUMNS: readonly TableColumn<StreamStatus>[] = [
  ['stream', 'left', nameOf],
  ['state', 'left', (stream) => showState(stream, Date.now())],
  ['rows', 'right', ({ rows }) => rows ?? ''],
  ['owed', 'right', owedCell],
  ['deleted', 'right', ({ rows_deleted: rows }) => rows ?? ''],
  ['rejected', 'right', ({ rows_rejected: rows }) => rows ?? ''],
  ['late', 'right', ({ rows_late: rows }) => rows ?? ''],
  ['requests', 'right', ({ requests }) => requests ?? ''],
  ['bookmark', 'left', ({ bookmark }) => bookmark ?? ''],
  ['last success', 'left', ({ age_seconds: age }) => (age === null ? 'never' : `${showDuration(age)} ago`)],
  ['census', 'left', ({ census }) => (census ? `${census.at.slice(0, 10)}: ${censusText(census)}` : '')],
];
