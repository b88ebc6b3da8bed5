/** Records by their ids, many in one request. */
import { ConnectorError } from '../../core/errors.js';
import type { Located } from '../../core/json-path.js';
import type { HttpClient } from '../../http/client.js';
import type { RequestRoute } from '../streams/registry.js';
import type { Values } from './build-request.js';
import { allRecords, type PagedRequest, type PageRead, readPages } from './read-pages.js';
import type { Refusal } from './verdict.js';

/** Whom to ask, and what every request of a run carries. */
export interface Asking {
  readonly client: HttpClient;
  /** The built-in placeholders. */
  readonly values: Values;
}

type BatchRequest = RequestRoute | (PagedRequest & Pick<RequestRoute, 'batch'>);

/** Records of these ids, in one request; those that the site does not show are left out. */
export async function readByIds(
  ctx: Asking,
  label: string,
  route: BatchRequest,
  ids: readonly string[],
): Promise<readonly Located[]> {
  return (await askByIds(ctx, label, route, ids)).records;
}

/** The same with what the answer says of the others, and whether it came whole. */
export async function askByIds(
  ctx: Asking,
  label: string,
  route: BatchRequest,
  ids: readonly string[],
): Promise<Required<Pick<PageRead, 'records' | 'refused' | 'lack'>>> {
  const { put = '', numbers } = route.batch ?? {};
  const values = { ...ctx.values, batch: idList(ids) };
  const fixed = { [put]: numbers ? ids.map(Number) : ids };
  const refused: Refusal[] = [];
  let lack: PageRead['lack'] = null;
  const records = await allRecords(
    label,
    readPages(ctx.client, label, route as PagedRequest, values, fixed),
    (page) => {
      refused.push(...(page.refused ?? []));
      lack ??= page.lack;
    },
  );
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
