/** What a catalog service answers (https://github.com/apache/iceberg/blob/main/open-api/rest-catalog-open-api.yaml), and what its refusals mean. */
import { bodyOf, jsonOf, type Reading, redirectHost, refusalOf } from '../../../http/answer.js';
import type { Judge } from '../../../http/attempt.js';
import { HttpError, HttpStatusError, type Refusal } from '../../../http/errors.js';

/** Of a table's metadata within an answer. */
const MAX_DEPTH = 510;

const ADVICE: Readonly<Record<number, string>> = {
  401: 'Check `auth` of the catalog in the settings.',
  403: 'Ask for the right to list, create, read and write tables there, or check `auth` of the catalog in the settings.',
  404: 'Check `uri` and `warehouse` of the catalog in the settings.',
  419: 'Check `auth` of the catalog in the settings.',
  429: 'Run again later.',
};
const KINDS: Readonly<Record<number, Refusal['kind']>> = {
  401: 'credentials',
  403: 'credentials',
  419: 'credentials',
  429: 'later',
  503: 'later',
};

function catalogRefusal(status: number): Refusal {
  const usual = status >= 500 ? 'Run again later.' : 'The service may lack a feature that is needed here.';
  return { kind: KINDS[status] ?? 'failed', advice: ADVICE[status] ?? usual };
}

export function catalogAnswer(reading: Reading): Judge {
  return async (asked, response) => {
    const { status, headers } = response;
    if (status >= 300 && status < 400) {
      const host = redirectHost(headers.get('location'));
      const advice = `It redirects to ${host}. Give the address where the catalog answers itself as its \`uri\` in the settings.`;
      throw new HttpStatusError(asked, status, '', { askedMs: null, limit: null }, 'never', { kind: 'usage', advice });
    }
    if (!response.ok) throw await refusalOf(reading, catalogRefusal, asked, response);
    const bytes = await bodyOf(asked, response, reading.maxBytes);
    const json = bytes.length === 0 ? null : jsonOf(asked, status, bytes, { maxDepth: MAX_DEPTH, beyond: 'refuse' });
    return { status, headers, json, bytes: bytes.length };
  };
}

/** Whether the request was looked at and refused with this status. */
export function isRefusal(error: unknown, status: number): error is HttpStatusError {
  return error instanceof HttpStatusError && error.status === status;
}

/** Whether the request may have been carried out although it has failed. */
export function isUnclear(error: unknown): error is HttpError {
  return error instanceof HttpError && error.outcome === 'unclear';
}
