/** `connector demo`: the main job on a simulated Jira, then three questions to the tables it made. */

import { join } from 'node:path';
import type { Simulator } from '../../../simulator/simulator.js';
import { type Connection, plainConnection } from '../../app/settings/config.js';
import { definitions } from '../../app/settings/definitions.js';
import { readEnvironment } from '../../app/settings/environment.js';
import { rateOf } from '../../app/settings/environment-connection.js';
import { sync } from '../../app/sync.js';
import { ENGINE, packageRoot } from '../../core/engine.js';
import { Secret } from '../../core/secret.js';
import { QueryProcess } from '../../query/process/query-process.js';
import { addDays, dayAt } from '../../reports/days.js';
import { inWords } from '../../reports/made.js';
import type { WarehouseSettings } from '../../writers/storage/warehouse-settings.js';
import type { Action } from '../command.js';
import type { Context } from '../context.js';
import { makeRoom, rememberMade } from '../demo-tables.js';
import { plannedRequests } from '../planned-requests.js';
import { simulatorOn } from '../simulator.js';
import { writing } from '../ui/io.js';
import { writeOut } from '../ui/out-file.js';
import { startProgress } from '../ui/progress.js';
import { reportTable } from '../ui/report.js';

interface Options {
  readonly port: number;
  readonly issues?: number;
  readonly twoSites?: true;
}

const EXAMPLES: readonly { readonly question: string; readonly sql: string }[] = [
  {
    question: 'How much of each project is done?',
    sql: `SELECT project_name, count(*) AS issues,
       count(*) FILTER (status_category_key = 'done') AS done,
       round(100 * avg((status_category_key = 'done')::INT), 1) AS percent
FROM demo.issue_search GROUP BY project_name ORDER BY issues DESC`,
  },
  {
    question: 'Who logged the most time in the last 90 days, and on how many issues?',
    sql: `SELECT author_name, round(sum(time_spent_seconds) / 3600, 1) AS hours,
       count(DISTINCT issue_id) AS issues
FROM demo.issue_worklog
WHERE started_date > (SELECT max(started_date) FROM demo.issue_worklog) - 90
GROUP BY author_name ORDER BY hours DESC, author_name LIMIT 5`,
  },
  {
    question: 'What changes most often in issues?',
    sql: `SELECT item.field AS field, count(*) AS changes,
       count(DISTINCT issue_id) AS issues, max(created)::DATE AS latest
FROM demo.issue_changelog, unnest(items) AS changed(item)
GROUP BY item.field ORDER BY changes DESC, field LIMIT 5`,
  },
];

/** Both sides of a migration in one table. */
const TOGETHER = {
  question: 'How do the two sites compare, and who works on both?',
  sql: `SELECT _connection, count(*) AS issues, count(DISTINCT project_key) AS projects,
       count(DISTINCT assignee_id) AS assignees,
       count(DISTINCT assignee_name) FILTER (assignee_name IN (
         SELECT assignee_name FROM issue_search
         GROUP BY ALL HAVING count(DISTINCT _connection) = 2)) AS on_both
FROM issue_search GROUP BY _connection ORDER BY _connection`,
};

export const run: Action<Options> = async (context, _args, { port, issues, twoSites }) => {
  const rate = rateOf(readEnvironment(context.io.env));
  const cloud = await simulatorOn({ port, issues });
  const sites = [cloud];
  try {
    const connections = [connectionTo(cloud, rate)];
    if (twoSites) {
      const server = await simulatorOn({ port: port && port + 1, issues, seed: 2, deployment: 'datacenter' });
      sites.push(server);
      const auth = { type: 'pat', token: new Secret(server.pat) } as const;
      connections.push({ ...connectionTo(server, rate), name: 'onprem', label: 'Simulated Data Center', auth });
    }
    const warehouse = context.warehouse();
    const made = {
      issues: issues ?? null,
      sites: Object.fromEntries(connections.map(({ name, url }) => [name, url])),
    };
    const replaced = await makeRoom(warehouse, made);
    if (replaced.length > 0)
      context.log.info(
        `The tables of the demo before (${replaced.join(' and ')}) are replaced: it was of another size, or on another port.`,
      );
    const { registry, manifest } = definitions();
    const streams = registry.enabled().length;
    context.log.info(
      `Reading ${streams} streams of a simulated Jira (${sites.map(({ url }) => url).join(' and ')}) into ${warehouse.root}, at ${rate ?? manifest.rate.requests_per_second} requests per second.`,
    );
    const progress = await startProgress(
      context,
      connections.length,
      await plannedRequests(context, { connections, warehouse }),
    );
    const { report, exitCode } = await sync({ connections, warehouse, progress, acceptDeletes: true }, context);
    await rememberMade(warehouse, made);
    context.tell(reportTable(report, context.width));
    if (exitCode === 0) {
      await showExamples(context, warehouse, twoSites ? [TOGETHER, ...EXAMPLES] : EXAMPLES);
      await showPage(context, warehouse, new Map(connections.map(({ name, label }) => [name, label])));
      context.print(`Ask your own:\n  ${exampleOf(context)}`);
    }
    return exitCode;
  } finally {
    for (const site of sites) await site.close();
  }
};

function connectionTo(site: Simulator, rate: number | undefined): Connection {
  const auth = { type: 'basic', email: site.email, apiToken: new Secret(site.apiToken) } as const;
  return plainConnection({ name: 'demo', label: 'Simulated Jira', url: site.url, auth, requestsPerSecond: rate });
}

async function showExamples(context: Context, settings: WarehouseSettings, examples: typeof EXAMPLES): Promise<void> {
  const { env, signal, stdout } = context.io;
  const warehouse = await QueryProcess.open(settings, { env, signal, labels: context.labels() });
  try {
    for (const { question, sql } of examples) {
      context.print(`\n${question}\n\n${sql}\n`);
      await warehouse.answer({ sql, format: 'table' }, writing(stdout));
    }
  } finally {
    warehouse.close();
  }
}

/** A command that works where one stands: outside a clone `npx connector` would fetch an unrelated package of that name. */
function exampleOf({ io, options }: Context): string {
  const command = io.cwd === packageRoot() ? 'connector' : ENGINE.name;
  const place = options.warehouse === undefined ? '' : ` --warehouse ${options.warehouse}`;
  return `npx ${command} query${place} "SELECT key, summary FROM issue LIMIT 5"`;
}

/** Beside the tables: what people look at who do not write SQL. */
async function showPage(
  context: Context,
  warehouse: WarehouseSettings,
  labels: ReadonlyMap<string, string>,
): Promise<void> {
  const { overviewPage } = await import('../../app/report/overview.js');
  const file = join(warehouse.root, 'overview.html');
  // The simulated site's clock stands still: a quarter of a year up to its last day.
  const { DEFAULT_SITE } = await import('../../../simulator/site/options.js');
  const end = dayAt(DEFAULT_SITE.now);
  const options = { start: addDays(end, -90), end };
  const page = await overviewPage({ warehouse, labels, options, made: inWords(context.clock.wall()) }, context);
  await writeOut(context.io, { out: file }, pieceOf(page));
  context.print(`\nOpen the overview in a browser:\n  ${file}`);
}

async function* pieceOf(text: string): AsyncIterable<string> {
  yield text;
}
