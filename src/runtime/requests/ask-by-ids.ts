/** Records by their ids, many in one request. */
import { ConnectorError } from '../../core/errors.js';
import type { Located } from '../../core/json-path.js';
import type { HttpClient } from '../../http/client.js';
import { TooLargeError } from '../../http/errors.js';
import type { RequestRoute } from '../streams/registry.js';
import type { Values } from './build-request.js';
import { allRecords, type PagedRequest, type PageRead, readPages, type SentPage } from './read-pages.js';
import { halves, type Refusal } from './verdict.js';

/** Whom to ask, and what every request of a run carries. */
export interface Asking {
  readonly client: HttpClient;
  /** The built-in placeholders. */
  readonly values: Values;
}

type BatchRequest = RequestRoute | (PagedRequest & Pick<RequestRoute, 'batch'>);

/** Records of these ids, in one request unless its answer is too large; those that the site does not show are left out. */
export async function readByIds(
  ctx: Asking,
  label: string,
  route: BatchRequest,
  ids: readonly string[],
): Promise<readonly Located[]> {
  return (await askByIds(ctx, label, route, ids)).records;
}

/** The same with what the answers say of the others, and whether they came whole. */
export async function askByIds(
  ctx: Asking,
  label: string,
  route: BatchRequest,
  ids: readonly string[],
): Promise<Required<Pick<PageRead, 'records' | 'refused' | 'lack'>>> {
  const refused: Refusal[] = [];
  let lack: PageRead['lack'] = null;
  const records = await allRecords(label, pagesOf(ctx, label, route, ids), (page) => {
    refused.push(...(page.refused ?? []));
    lack ??= page.lack;
  });
  return { records, refused, lack };
}

/** An answer over the size cap is asked for again in halves of the ids: as one page it has no smaller one. */
async function* pagesOf(
  ctx: Asking,
  label: string,
  route: BatchRequest,
  ids: readonly string[],
): AsyncGenerator<SentPage> {
  const { put = '', numbers } = route.batch ?? {};
  const values = { ...ctx.values, batch: idList(ids) };
  const fixed = { [put]: numbers ? ids.map(Number) : ids };
  let came = false;
  try {
    for await (const page of readPages(ctx.client, label, route as PagedRequest, values, fixed)) {
      came = true;
      yield page;
    }
  } catch (error) {
    if (!(error instanceof TooLargeError) || came || ids.length < 2) throw error;
    for (const half of halves(ids)) yield* pagesOf(ctx, label, route, half);
  }
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
