/** What a sync would do and cost, connection by connection. Writes nothing. */

import { type Ports, portsOf } from '../core/ports.js';
import { openRunHistory } from '../query/run-history.js';
import { type Plan, runPlan } from '../runtime/estimate/plan.js';
import type { WarehouseSettings } from '../writers/storage/warehouse-settings.js';
import { SiteClients } from './connect/site-clients.js';
import type { Connection } from './settings/config.js';
import { definitions } from './settings/definitions.js';
import { hastyLimits } from './settings/manifest.js';
import { refuseUnknownStreams } from './settings/stream-names.js';
import { CONNECTIONS_AT_ONCE } from './sync.js';
import { isNamed, type ReadWishes, readInputOf } from './sync-input.js';

export interface PlanJob extends ReadWishes {
  readonly connections: readonly Connection[];
  /** What earlier runs left there is known. */
  readonly warehouse: WarehouseSettings;
  /** A host that does not answer is given up soon, as `check` does. */
  readonly hasty?: boolean;
}

export interface ConnectionPlan extends Plan {
  readonly name: string;
  readonly site: string;
  /** Requests per second. */
  readonly rate: number;
  /** Streams that are read only when somebody names them, where nobody did. */
  readonly onlyWhenNamed: readonly string[];
}

export async function plan(job: PlanJob, given: Partial<Ports> = {}): Promise<readonly ConnectionPlan[]> {
  const ports = portsOf(given);
  refuseUnknownStreams(job.streams ?? []);
  const clients = new SiteClients(ports, job.hasty ? hastyLimits(definitions().manifest) : undefined);
  const plans: ConnectionPlan[] = [];
  for (const connection of job.connections) plans.push(await planOne(job, connection, clients, ports));
  return plans;
}

async function planOne(
  job: PlanJob,
  connection: Connection,
  clients: SiteClients,
  ports: Ports,
): Promise<ConnectionPlan> {
  const client = clients.clientFor(connection);
  try {
    const history = await openRunHistory(job.warehouse, connection.name);
    try {
      for (const problem of history.problems) ports.log.warn(`cannot be read: ${problem}`);
      const input = readInputOf(connection, job, { ...ports, client });
      const found = await runPlan({ ...input, history });
      const onlyWhenNamed = isNamed(connection, job) ? [] : input.registry.inGroup('named').map(({ stream }) => stream);
      return { name: connection.name, site: connection.url, rate: input.rate, onlyWhenNamed, ...found };
    } finally {
      history.close();
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
