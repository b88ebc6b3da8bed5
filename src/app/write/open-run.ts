/** All that a run needs that writes to a site: who we are there, the journal, and what was in doubt settled. */
import { randomUUID } from 'node:crypto';
import { Journal } from '../../actions/journal/journal.js';
import type { ActionRegistry } from '../../actions/registry/registry.js';
import { type RunPorts, UNDER_WAY_MS } from '../../actions/send/run.js';
import { settle } from '../../actions/settle/settle.js';
import { Site } from '../../actions/site/site.js';
import type { Dialect } from '../../contract/dialect.js';
import type { Writer } from '../../contract/table.js';
import { ConnectorError } from '../../core/errors.js';
import { armFailpoints } from '../../core/failpoints.js';
import type { Ports } from '../../core/ports.js';
import type { HttpClient } from '../../http/client.js';
import { dialectOf, identify } from '../../runtime/probe/identity.js';
import type { WarehouseSettings } from '../../writers/storage/warehouse-settings.js';
import { openWarehouse } from '../../writers/warehouse.js';
import { SiteClients } from '../connect/site-clients.js';
import { actionRegistry } from '../settings/actions.js';
import type { Connection } from '../settings/config.js';
import { readEnvironment } from '../settings/environment.js';
import { ActionsTable } from './actions-table.js';

export interface WriteRun extends RunPorts {
  readonly connection: Connection;
  readonly client: HttpClient;
  readonly table: ActionsTable;
  readonly writer: Writer;
  readonly registry: ActionRegistry;
}

export interface WritePlace {
  readonly connection: Connection;
  readonly warehouse: WarehouseSettings;
}

/** The credentials are checked first: an anonymous caller is answered as if there were nothing. */
export async function siteOf(
  client: HttpClient,
  ports: Pick<Ports, 'clock'>,
): Promise<{ site: Site; now: () => number }> {
  const identity = await identify(client);
  const ahead = identity.serverTime - ports.clock.wall();
  const dialect: Dialect = dialectOf(identity);
  return { site: new Site(client, dialect, identity), now: () => ports.clock.wall() + ahead };
}

/** What is in doubt would be looked for under the wrong name, not found, and sent twice. */
function refuseOtherAccount(table: ActionsTable, site: Site, connection: Connection): void {
  const { account } = table;
  if (account !== null && account !== site.caller.accountId)
    throw new ConnectorError(
      'usage',
      `${connection.name} was last written to by account ${account}, and this is ${site.caller.accountId}. What is in its journal would be looked for under the wrong name. Use the account from before, or a connection with another name.`,
    );
}

/**
 * Where no lease tells a living run from a dead one: rows that another may still send would be looked for, not found, and sent twice.
 * @throws ConnectorError kind `later`
 */
export function refuseUnderWay(journal: Pick<Journal, 'open'>, now: number): void {
  const [last] = journal
    .open()
    .filter(({ endedAt, sentAt }) => endedAt === null && now - sentAt < UNDER_WAY_MS)
    .sort((a, b) => b.sentAt - a.sentAt);
  if (last === undefined) return;
  const [since, until] = [last.sentAt, last.sentAt + UNDER_WAY_MS].map((at) => new Date(at).toISOString());
  throw new ConnectorError(
    'later',
    `Run ${last.runId} has rows on their way since ${since}, and no lock of this catalog tells whether it is alive. Nothing was sent. Run again when it has ended, or after ${until} if it has died.`,
  );
}

/** Opens, settles what was in doubt, works, closes. */
export async function withRun<Result>(
  { connection, warehouse }: WritePlace,
  ports: Ports,
  work: (run: WriteRun) => Promise<Result>,
): Promise<Result> {
  armFailpoints(readEnvironment(ports.env).failpoint ?? '');
  const runId = randomUUID();
  const client = new SiteClients(ports).clientFor(connection);
  try {
    const { site, now } = await siteOf(client, ports);
    const writer = await openWarehouse({
      ...warehouse,
      runId,
      upserts: () => connection.upserts,
      signal: ports.signal,
    });
    try {
      const table = await ActionsTable.open(writer, connection, runId);
      try {
        table.refuseOtherSite();
        refuseOtherAccount(table, site, connection);
        const journal = await Journal.open(table);
        if (table.shared) refuseUnderWay(journal, now());
        const run: WriteRun = {
          ...{ connection, client, table, writer, registry: actionRegistry(), site, journal, now, runId },
          ...{ redact: ports.redactor.redact, signal: ports.signal },
          sleep: (ms) => ports.clock.sleep(ms, ports.signal),
        };
        await settle(run);
        return await work(run);
      } finally {
        await table.close();
      }
    } finally {
      await writer.close();
    }
  } finally {
    await client.close();
  }
}
