/** Pages of service management, the refusals it words in its own way, and the experimental operations one must opt in to. */

import type { Answer, Call, SimRoute } from '../model.js';
import { badRequest } from '../refusal.js';
import { wholeNumber } from './paging.js';

const LIMIT = { usual: 50, cap: 50 };

export function servicePage<Row>(call: Call, rows: readonly Row[], shape: (row: Row) => unknown): Answer {
  const start = wholeNumber(call, 'start', 0);
  const limit = Math.min(wholeNumber(call, 'limit', LIMIT.usual), LIMIT.cap);
  if (limit < 1) throw badRequest("The query parameter 'limit' must be at least 1.");
  const values = rows.slice(start, start + limit).map(shape);
  const isLastPage = start + limit >= rows.length;
  const base = `${call.origin}/rest/servicedeskapi`;
  const next = isLastPage ? {} : { next: `${call.origin}${call.path}?start=${start + limit}&limit=${limit}` };
  const links = { self: `${call.origin}${call.path}`, base, context: '', ...next };
  return { body: { _expands: [], size: values.length, start, limit, isLastPage, _links: links, values } };
}

export function serviceRefusal(status: number, errorMessage: string): Answer {
  return { status, body: { errorMessage, i18nErrorMessage: { i18nKey: 'sd.error', parameters: [] } } };
}

/** Answers 412 to whoever does not say that they know. */
export function experimental(route: SimRoute): SimRoute {
  return {
    ...route,
    handle: (call) =>
      call.headers['x-experimentalapi'] === 'opt-in'
        ? route.handle(call)
        : serviceRefusal(
            412,
            "This API is experimental. You must set the header 'X-ExperimentalApi: opt-in' to use it.",
          ),
  };
}
