/** The stories of March 2026 on two sites with their boards, for the tests of one file; reports are asked as of Friday 27. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type FlowOptions, flowReports } from '../../src/app/report/flow.js';
import { type OpenWarehouse, openForReading } from '../../src/query/open.js';
import type { ReportDocument } from '../../src/reports/document.js';
import type { FlowName } from '../../src/reports/flow/names.js';
import { type Row, Sources } from '../../src/reports/sources.js';
import { putBoard, putSecondSite, putStories } from '../query/stories.js';

export const MARCH = { start: '2026-03-02', end: '2026-03-29', asOf: '2026-03-27' };
/** Its issues and its project have the ids of acme's. */
export const BETA = { connections: ['beta'] };
export const BOTH = { connections: [] };

/** Without `connections` a report is of acme alone. */
export function marchReports() {
  const root = mkdtempSync(join(tmpdir(), 'march-'));
  const lake = join(root, 'lake');
  let warehouse: OpenWarehouse;
  let sources: Sources;
  beforeAll(async () => {
    await putStories(lake);
    await putBoard(lake);
    await putSecondSite(lake);
    warehouse = await openForReading({ root: lake });
    sources = new Sources(warehouse);
  }, 60_000);
  afterAll(() => {
    warehouse?.close();
    rmSync(root, { recursive: true });
  });
  const opened = () => sources;
  const place = () => ({ warehouse: { root: lake }, labels: new Map<string, string>(), opened: sources });
  const report = async (name: FlowName, options: FlowOptions = {}): Promise<ReportDocument> => {
    const [document] = await flowReports({
      ...place(),
      reports: [name],
      options: { ...MARCH, connections: ['acme'], ...options },
    });
    return document as ReportDocument;
  };
  const rowsOf = async (name: FlowName, options: FlowOptions = {}) =>
    (await report(name, options)).sections[0].table.rows as readonly Row[];
  /** Issues finished in each week. */
  const finished = async (options: FlowOptions) => (await rowsOf('throughput', options)).map((row) => row.finished);
  /** Columns of each row of `cycle-time` of one issue. */
  const cycles = async (options: FlowOptions, key: string, ...columns: string[]) =>
    (await rowsOf('cycle-time', options))
      .filter((row) => row.issue_key === key)
      .map((row) => columns.map((column) => row[column]));
  return { root, opened, place, report, rowsOf, finished, cycles };
}
