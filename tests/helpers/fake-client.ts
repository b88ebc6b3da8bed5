/** A client that gives prepared answers, and remembers what it was asked for. */
import type { HttpClient, HttpRequest } from '../../src/http/client.js';
import { HttpStatusError } from '../../src/http/errors.js';
import { siteRefusal } from '../../src/http/site-answer.js';

type Asked = Pick<HttpRequest, 'method' | 'path' | 'query' | 'body'>;

export interface FakeClient {
  readonly client: HttpClient;
  readonly asked: readonly Asked[];
}

/** @param answer the JSON of an answer, now or later; an error is thrown */
export function fakeClient(answer: (asked: Asked, at: number) => unknown): FakeClient {
  const asked: Asked[] = [];
  const request = async (sent: HttpRequest) => {
    asked.push(sent);
    const json = await answer(sent, asked.length - 1);
    if (json instanceof Error) throw json;
    return { json, bytes: JSON.stringify(json).length };
  };
  const counters = () => ({
    onBehalfOf: new Map<string, number>(),
    answers: new Map<string, Record<string, number>>(),
  });
  return { client: { request, counters } as unknown as HttpClient, asked };
}

export const ASKED = {
  onBehalfOf: 'test',
  method: 'GET',
  path: '/x',
  host: 'acme.atlassian.net',
  understood: [],
  passing: [],
} as const;

/** What the client throws for a refusal of the site. */
export const status = (code: number, sentence = ''): HttpStatusError =>
  new HttpStatusError(ASKED, code, sentence, { askedMs: null, limit: null }, 'never', siteRefusal(code, sentence));
