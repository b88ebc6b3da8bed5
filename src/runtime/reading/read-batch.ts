/** Records of a walk's own stream by their ids, many in one request. */
import { ConnectorError } from '../../errors.js';
import type { RequestRoute } from '../registry/registry.js';
import { type Located, valueAt } from '../rows/path.js';
import type { Branch } from './branch.js';
import type { RunContext } from './context.js';
import { withAsks } from './inside.js';
import { type PagedRequest, type PageRead, readPages } from './read-pages.js';

/** The request of a walk with what the children's rows inside its records ask for. */
export function asking(root: Branch, route: RequestRoute): PagedRequest {
  return withAsks(
    route,
    root.children.map((child) => child.node.route),
  ) as PagedRequest;
}

/** Records of these ids with what the children ask for. Those that do not come have gone since they were listed. */
export async function readBatch(
  ctx: RunContext,
  root: Branch,
  route: RequestRoute,
  ids: readonly string[],
): Promise<PageRead> {
  const { answers = '' } = route.batch ?? {};
  const records = await readByIds(ctx, root.label, { ...asking(root, route), batch: route.batch }, ids);
  const answered = new Set(records.map(({ record }) => String(valueAt(record, answers))));
  if (answers) root.run.miss('gone', ids.filter((id) => !answered.has(id)).length);
  return { records, anomalies: [] };
}

/** Records of these ids, in one request; those that the site does not show are left out. */
export async function readByIds(
  ctx: RunContext,
  label: string,
  route: PagedRequest & Pick<RequestRoute, 'batch'>,
  ids: readonly string[],
): Promise<readonly Located[]> {
  const { put = '', numbers } = route.batch ?? {};
  const values = { ...ctx.values, batch: idList(ids) };
  const fixed = { [put]: numbers ? ids.map(Number) : ids };
  const records: Located[] = [];
  for await (const page of readPages(ctx.client, label, route, values, fixed)) records.push(...page.records);
  return records;
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
