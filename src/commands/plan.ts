/** `connector plan`: what a sync would do and cost. Writes nothing. */

import type { Connection } from '../app/settings/config.js';
import { EXIT } from '../core/errors.js';
import { openMemory } from '../query/memory.js';
import { runPlan } from '../runtime/estimate/plan.js';
import type { LakeSettings } from '../writers/storage/lake.js';
import type { Action, Registration } from './command.js';
import type { Context } from './context.js';
import type { ConnectionPlan } from './plan-table.js';
import { planText } from './plan-table.js';
import { SiteClients } from './site-client.js';
import { collect, parseDay } from './sync.js';
import { CONNECTIONS_AT_ONCE } from './sync-run.js';

interface Options {
  readonly stream: readonly string[];
  readonly connection: readonly string[];
  readonly fullRefresh?: true;
  readonly census?: true;
  readonly start?: string;
  readonly json?: true;
}

const plan: Action<Options> = async (context, _args, options) => {
  const config = context.config(options.connection);
  for (const name of options.stream) context.registry().get(name);
  const clients = new SiteClients(context.manifest(), context.log, context.io.signal);
  const plans: ConnectionPlan[] = [];
  for (const connection of config.connections)
    plans.push(await planOne(context, clients, connection, config.lake, options));
  if (options.json) context.printJson(jsonOf(plans));
  else context.print(plans.map(planText).join('\n\n'));
  return EXIT.ok;
};

export const registerPlan: Registration = (program, run) => {
  program
    .command('plan')
    .summary('what a sync would do: route, requests, rows, minutes; writes nothing')
    .option('--stream <name>', 'only this stream; may be repeated', collect, [])
    .option('--connection <name>', 'only this connection; may be repeated', collect, [])
    .option('--full-refresh', 'as if everything were read again')
    .option('--census', 'as if deleted issues were looked for, whatever `census:` says')
    .option('--start <date>', 'issues and worklogs updated from this day on, YYYY-MM-DD', parseDay)
    .option('--json', 'one JSON document')
    .action(run(plan));
};

async function planOne(
  context: Context,
  clients: SiteClients,
  connection: Connection,
  lake: LakeSettings,
  options: Options,
): Promise<ConnectionPlan> {
  const named = options.stream.length > 0 ? [...new Set(options.stream)] : connection.streams;
  const start = options.start ?? connection.start;
  const rate = connection.requestsPerSecond ?? context.manifest().rate.requests_per_second;
  const client = clients.clientFor(connection);
  try {
    const memory = await openMemory(lake, connection.name);
    try {
      for (const problem of memory.problems) context.log.warn(`cannot be read: ${problem}`);
      const found = await runPlan({
        site: connection.url,
        registry: context.registry(),
        client,
        memory,
        rate,
        streams:
          named ??
          context
            .registry()
            .enabled(connection.auth.type)
            .map(({ stream }) => stream),
        scope: connection.scope ?? {},
        excludedFields: connection.excludedFields,
        people: connection.people,
        start: start === undefined ? 0 : Date.parse(`${start}T00:00:00Z`),
        fullRefresh: options.fullRefresh === true,
        now: Date.now,
        rhythm: options.census ? { ...connection.rhythm, census: 'always' } : connection.rhythm,
      });
      return { name: connection.name, site: connection.url, rate, ...found };
    } finally {
      memory.close();
    }
  } finally {
    await client.close();
  }
}

/** Sites are read side by side; connections to one site share its budget, and so follow one another. */
export function secondsTogether(plans: readonly Pick<ConnectionPlan, 'site' | 'seconds'>[]): number {
  const ofSite = new Map<string, number>();
  for (const { site, seconds } of plans) ofSite.set(site, (ofSite.get(site) ?? 0) + seconds);
  const all = [...ofSite.values()];
  const work = all.reduce((total, seconds) => total + seconds, 0);
  return Math.max(...all, work / CONNECTIONS_AT_ONCE);
}

/** `requests` and `rows` are the most that is thought; `requests_min` is the least. */
function jsonOf(plans: readonly ConnectionPlan[]) {
  const sum = (each: (plan: ConnectionPlan) => number) => plans.reduce((total, one) => total + each(one), 0);
  return {
    requests: sum(({ requests }) => requests.max),
    requests_min: sum(({ requests }) => requests.min),
    seconds: Math.round(secondsTogether(plans) * 10) / 10,
    connections: plans.map(({ name, site, requests, streams }) => ({
      name,
      site,
      requests: requests.max,
      requests_min: requests.min,
      streams: streams.map((one) => ({
        stream: one.stream,
        route: one.route,
        mode: one.mode,
        requests: one.requests.max,
        requests_min: one.requests.min,
        rows: one.rows?.max ?? null,
      })),
    })),
  };
}
