/** Records of a walk's own stream by their ids, many in one request. */
import { ConnectorError } from '../../core/errors.js';
import { type Anomaly, lackOf } from '../requests/anomalies.js';
import type { RequestRoute } from '../streams/registry.js';
import { type Located, valueAt } from '../../core/json-path.js';
import type { Branch } from './branch.js';
import type { Refusal } from '../requests/verdict.js';
import type { RunContext } from './context.js';
import { withAsks } from '../requests/inside.js';
import { isThere } from '../requests/is-there.js';
import { allRecords, type PagedRequest, type PageRead, readPages } from '../requests/read-pages.js';

/** The request of a walk with what the children's rows inside its records ask for. */
export function asking(root: Branch, route: RequestRoute): PagedRequest {
  return withAsks(
    route,
    root.children.map((child) => child.node.route),
  ) as PagedRequest;
}

/**
 * Records of these ids with what the children ask for. Those that do not come are asked for once more; one that is missing then has
 * gone when looking at it alone says so, else the read is not whole.
 */
export async function readBatch(
  ctx: RunContext,
  root: Branch,
  route: RequestRoute,
  ids: readonly string[],
): Promise<PageRead> {
  const { answers = '' } = route.batch ?? {};
  const asked = { ...asking(root, route), batch: route.batch };
  const records = [...(await readByIds(ctx, root.label, asked, ids))];
  const whole = { records, lack: null, total: null, absent: false, anomalies: [] };
  if (answers === '') return whole;
  const missing = () => {
    const answered = new Set(records.map(({ record }) => String(valueAt(record, answers))));
    return ids.filter((id) => !answered.has(id));
  };
  if (missing().length > 0) records.push(...(await readByIds(ctx, root.label, asked, missing())));
  const still = missing();
  const unexplained = await thoseThere(ctx, root, still);
  root.run.miss('gone', still.length - unexplained.length);
  root.run.miss('not_visible', unexplained.length);
  const anomalies: readonly Anomaly[] = unexplained.length > 0 ? ['ids without an answer'] : [];
  return { ...whole, anomalies, lack: lackOf(anomalies) };
}

/** More than so many are not looked at one by one. */
const LOOKED_AT = 20;

async function thoseThere(
  ctx: RunContext,
  { node, label }: Branch,
  ids: readonly string[],
): Promise<readonly string[]> {
  const [key = ''] = node.stream.primary_key;
  const there: string[] = [];
  for (const id of ids.slice(0, LOOKED_AT))
    if ((await isThere(ctx, label, node.stream, { [key]: id })) === true) there.push(id);
  return [...there, ...ids.slice(LOOKED_AT)];
}

type BatchRequest = PagedRequest & Pick<RequestRoute, 'batch'>;

/** Records of these ids, in one request; those that the site does not show are left out. */
export async function readByIds(
  ctx: RunContext,
  label: string,
  route: BatchRequest,
  ids: readonly string[],
): Promise<readonly Located[]> {
  return (await askByIds(ctx, label, route, ids)).records;
}

/** The same with what the answer says of the others, and whether it came whole. */
export async function askByIds(
  ctx: RunContext,
  label: string,
  route: BatchRequest,
  ids: readonly string[],
): Promise<Required<Pick<PageRead, 'records' | 'refused' | 'lack'>>> {
  const { put = '', numbers } = route.batch ?? {};
  const values = { ...ctx.values, batch: idList(ids) };
  const fixed = { [put]: numbers ? ids.map(Number) : ids };
  const refused: Refusal[] = [];
  let lack: PageRead['lack'] = null;
  const records = await allRecords(label, readPages(ctx.client, label, route, values, fixed), (page) => {
    refused.push(...(page.refused ?? []));
    lack ??= page.lack;
  });
  return { records, refused, lack };
}

/** Ids as they may stand in JQL: digits and nothing else. */
function idList(ids: readonly string[]): string {
  const odd = ids.find((id) => !/^[0-9]+$/.test(id));
  if (odd !== undefined)
    throw new ConnectorError(
      'failed',
      'An id that is no number came from the site; it cannot be asked for again. Please report this.',
    );
  return ids.join(', ');
}
