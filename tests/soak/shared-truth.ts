/** The truths that the end-to-end tests of the newer streams go by, for the tables of a world. */
import { registry } from '../helpers/jira-and-warehouse.js';
import { CONFIGURATION_TRUTHS } from '../helpers/stream-truths/configuration-truths.js';
import { ISSUE_TRUTHS } from '../helpers/stream-truths/issue-truths.js';
import { SITE_TRUTHS } from '../helpers/stream-truths/site-truths.js';
import type { Row, TruthCase } from '../helpers/stream-truths/truth-case.js';
import { accountId, line, type Truth } from './truth.js';
import type { World } from './world.js';

function asTruth({ stream, truth, onServer }: TruthCase): Truth {
  const columnsOf = (world: World, [first]: readonly Row[]): readonly string[] => {
    // Where the site has no row any column of the table tells of one.
    if (first === undefined) return registry.get(stream).primary_key;
    return (world.deployment === 'datacenter' && onServer) || Object.keys(first);
  };
  const cellOf = (world: World, row: Row, name: string) =>
    name === 'account_id' && row[name] !== null ? accountId(world, String(row[name])) : row[name];
  return {
    stream,
    select: (world) => columnsOf(world, truth(world.jira)).map((name) => `"${name}"`),
    lines: (world) => {
      const rows = truth(world.jira);
      const columns = columnsOf(world, rows);
      return rows.map((row) => line(...columns.map((name) => cellOf(world, row, name))));
    },
  };
}

export const SHARED_TRUTHS: readonly Truth[] = [...SITE_TRUTHS, ...CONFIGURATION_TRUTHS, ...ISSUE_TRUTHS].map(asTruth);
