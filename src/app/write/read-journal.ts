/** The rows of a run as the journal has them in its last commit: read beside a run that writes, and without asking a site. */
import type { Entry } from '../../actions/journal/entry.js';
import { ConnectorError } from '../../core/errors.js';
import { identifier, literal } from '../../core/quote.js';
import { openForReading } from '../../query/open.js';
import { toJson } from '../../query/tables/cells.js';
import { ACTIONS_TABLE, entryOfRow } from './actions-table.js';
import type { WritePlace } from './open-run.js';

/** In the order of their lines. @throws ConnectorError kind `usage` for a run that is not there */
export async function entriesOf(
  { connection: { name }, warehouse }: WritePlace,
  runId: string,
): Promise<readonly Entry[]> {
  const open = await openForReading(warehouse, {
    wanted: (table) => table.namespace === name && table.name === ACTIONS_TABLE,
    isLean: true,
  });
  try {
    const [problem] = open.problems;
    if (problem !== undefined) throw new ConnectorError('failed', `The journal cannot be read. ${problem}`);
    if (open.tables.length === 0) throw unknownRun(name, runId);
    const table = `${identifier(name)}.${identifier(ACTIONS_TABLE)}`;
    const found = await open.read(`SELECT * FROM ${table} WHERE run_id = ${literal(runId)} ORDER BY line`);
    const columns = found.columnNames();
    const entries = found
      .getRows()
      .map((cells) => entryOfRow(Object.fromEntries(cells.map((cell, at) => [columns[at] ?? '', toJson(cell)]))));
    if (entries.length === 0) throw unknownRun(name, runId);
    return entries;
  } finally {
    open.close();
  }
}

const unknownRun = (connection: string, runId: string) =>
  new ConnectorError(
    'usage',
    `${connection} has no run ${runId} that holds rows now. A row belongs to the run that sent it last: SELECT DISTINCT run_id FROM ${ACTIONS_TABLE}.`,
  );
