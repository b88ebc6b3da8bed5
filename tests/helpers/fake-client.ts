/** A client that gives prepared answers, and remembers what it was asked for. */
import type { HttpClient, HttpRequest } from '../../src/http/client.js';
import { HttpStatusError } from '../../src/http/errors.js';

type Asked = Pick<HttpRequest, 'method' | 'path' | 'query' | 'body'>;

export interface FakeClient {
  readonly client: HttpClient;
  readonly asked: readonly Asked[];
}

/** @param answer the JSON of an answer; an error is thrown */
export function fakeClient(answer: (asked: Asked, at: number) => unknown): FakeClient {
  const asked: Asked[] = [];
  const request = async (sent: HttpRequest) => {
    asked.push(sent);
    const json = answer(sent, asked.length - 1);
    if (json instanceof Error) throw json;
    return { json, bytes: JSON.stringify(json).length };
  };
  const counters = () => ({ onBehalfOf: new Map<string, number>() });
  return { client: { request, counters } as unknown as HttpClient, asked };
}

export const status = (code: number, sentence = ''): HttpStatusError =>
  new HttpStatusError(
    { onBehalfOf: 'test', method: 'GET', path: '/x', host: 'acme.atlassian.net', understood: [], passing: [] },
    ...([code, sentence, { askedMs: null, limit: null }, 'never'] as const),
    { kind: code === 429 ? 'later' : 'failed', advice: '' },
  );
