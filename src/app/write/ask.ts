/** Actions that read: one request, whose answer is handed on as the site gave it. They need no `write:`, and write nothing. */
import { inputValue } from '../../actions/plan/input-value.js';
import { readRow } from '../../actions/plan/read-row.js';
import { type Placed, requestWith } from '../../actions/plan/request.js';
import { placeOn, requestOn } from '../../actions/registry/registry.js';
import { plain } from '../../actions/site/site.js';
import type { Json } from '../../contract/table.js';
import { ConnectorError } from '../../core/errors.js';
import { type Ports, portsOf } from '../../core/ports.js';
import { SiteClients } from '../connect/site-clients.js';
import { actionRegistry } from '../settings/actions.js';
import type { Connection } from '../settings/config.js';
import { siteOf } from './open-run.js';
import { refuseAbsent } from './rules.js';

export interface AskJob {
  readonly connection: Connection;
  readonly action: string;
  readonly cells: Readonly<Record<string, Json>>;
}

/** @throws ConnectorError kind `usage` for an action that writes, or inputs that will not do */
export async function ask({ connection, action: name, cells }: AskJob, given: Partial<Ports> = {}): Promise<Json> {
  const ports = portsOf(given);
  const action = actionRegistry().get(name);
  refuseAbsent(action, null);
  if (action.kind !== 'read') throw new ConnectorError('usage', `${action.action} writes.`);
  const { content, errors } = readRow(action, { line: 1, cells }, { fields: null, timeZone: null });
  if (errors.length > 0) throw new ConnectorError('usage', errors.join('\n'));
  const client = new SiteClients(ports).clientFor(connection);
  try {
    const { site } = await siteOf(client, ports);
    refuseAbsent(action, site.dialect);
    const placed: Placed[] = [];
    for (const [input, value] of Object.entries(content)) {
      const declared = action.input[input];
      if (declared === undefined) continue;
      placed.push({ place: placeOn(site.dialect, declared), value: await inputValue(declared, value, site, 'plain') });
    }
    const { method, path, query, body } = requestWith(requestOn(site.dialect, action), placed);
    const { json } = await client.request({
      ...{ method, path, query: Object.entries(query), repeatable: true, onBehalfOf: action.action },
      ...(body === null ? {} : { body }),
    });
    return plain(json);
  } finally {
    await client.close();
  }
}
