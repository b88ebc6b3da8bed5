/** The HTTP side of the simulator: one request in, who asks, which route, which fault, one answer out, and a line in the log. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Caller, type Credentials, callerHeaders, callerOf, strangersAnswer } from './access.js';
import type { SiteClock } from './clock.js';
import type { ServerDoor } from './datacenter/door.js';
import type { Fault, FaultPlan } from './faults.js';
import type { Answer, Call } from './model.js';
import { type Atlassian, unauthorized } from './oauth/atlassian.js';
import { Refusal } from './refusal.js';
import { canonicalPath, type Match, notFound, type Router } from './router.js';
import { send } from './send.js';
import { arrival, type RateLimit, type RequestRecorder } from './throttle-check.js';

export interface ServerParts {
  readonly router: Router;
  readonly credentials: Credentials;
  readonly atlassian: Atlassian;
  /** Null: this is a Cloud site. */
  readonly door: ServerDoor | null;
  readonly clock: SiteClock;
  readonly faults: FaultPlan;
  readonly recorder: RequestRecorder;
  readonly rate: RateLimit | undefined;
  readonly latencyMs: number;
}

export function makeServer(parts: ServerParts): Server {
  const server = createServer((request, response) => {
    serve(parts, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ errorMessages: [`simulator: ${String(error)}`], errors: {} }));
    });
  });
  // As long as a load balancer keeps idle connections; Node's 5 s would cut off clients that pause to write.
  server.keepAliveTimeout = 65_000;
  return server;
}

async function serve(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const at = arrival();
  // The site's own time, as on a real one: clients measure their skew by this header.
  response.setHeader('date', new Date(parts.clock.now()).toUTCString());
  const method = request.method ?? 'GET';
  const url = new URL(request.url ?? '/', `http://${request.headers.host ?? '127.0.0.1'}`);
  const { door } = parts;
  const onSite = door ? null : parts.atlassian.sitePath(url.pathname);
  if (onSite !== null) url.pathname = onSite;
  const inside = door ? door.routePath(url.pathname) : canonicalPath(url.pathname);
  const path = inside ?? url.pathname;
  const match = inside === null ? null : parts.router.find(method, path);
  const template = known(match)?.route.path ?? path;
  const writes = known(match)?.route.writes === true;
  const fault = parts.faults.next(`${method} ${template}`, `${method} ${url.pathname}${url.search}`, writes);
  const record = (status: number): void =>
    parts.recorder.add({ at, method, path: template, asked: path, status, writes });
  if (fault?.destroy === true) {
    record(0);
    request.socket.resetAndDestroy();
    return;
  }
  const text = await bodyText(request, known(match)?.route.form === true ? 'latin1' : 'utf8');
  const wait = parts.latencyMs + (fault?.delayMs ?? 0);
  if (wait > 0) await sleep(wait);
  fault?.before?.();
  const caller =
    onSite === null ? callerOf(request.headers, parts.credentials) : parts.atlassian.callerOf(request.headers);
  const around = () =>
    onSite === null
      ? parts.atlassian.answer({ method, url, headers: request.headers, text })
      : strangerAtGateway(caller);
  const answerAs = (who: Caller) => answered(parts, match, request, url, text, fault, who);
  const onCloud = () => around() ?? withHeaders(answerAs(caller), callerHeaders(caller, parts.credentials));
  const answer =
    parts.rate?.allows(at) === false
      ? (door ?? CLOUD).tooMany()
      : (door?.admit(request.headers, known(match), () => answerAs('known')) ?? onCloud());
  if (fault?.destroyAfterWork === true) {
    record(0);
    request.socket.resetAndDestroy();
    return;
  }
  record(fault?.status ?? answer.status ?? 200);
  await send(request, response, answer, fault);
}

function answered(
  parts: ServerParts,
  match: ReturnType<Router['find']>,
  request: IncomingMessage,
  url: URL,
  text: string,
  fault: Fault | undefined,
  caller: Caller,
): Answer {
  return withRefusals(() => {
    if (match === null) return notFound(url.pathname);
    if ('allowed' in match) return methodNotAllowed(match.allowed);
    if (fault?.unworked === true) return { body: undefined };
    const call = toCall(parts, match, request, url, text);
    return forCaller(caller, match, () => repeated(match.route.handle(call), call, fault));
  });
}

const withHeaders = (answer: Answer, headers: Record<string, string>): Answer => ({
  ...answer,
  headers: { ...headers, ...answer.headers },
});

const known = (match: ReturnType<Router['find']>): Match | null => (match !== null && 'route' in match ? match : null);

/** The gateway shows nothing to anybody it does not know. */
const strangerAtGateway = (caller: Caller): Answer | null => (caller === 'known' ? null : unauthorized());

function forCaller(caller: Caller, match: Match, answer: () => Answer): Answer {
  return caller === 'known' ? answer() : strangersAnswer(`${match.route.method} ${match.route.path}`, answer);
}

function withRefusals(work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) return error.answer();
    throw error;
  }
}

function toCall(parts: ServerParts, match: Match, request: IncomingMessage, url: URL, text: string): Call {
  return {
    method: match.route.method,
    path: url.pathname.slice(parts.door?.contextPath.length ?? 0),
    params: match.params,
    query: url.searchParams,
    body: match.route.form === true ? text : hasBody(match.route) ? parsedBody(request, text) : undefined,
    headers: request.headers,
    origin: `${url.origin}${parts.door?.contextPath ?? ''}`,
    now: parts.clock.now(),
  };
}

const hasBody = ({ method }: Match['route']): boolean => method === 'POST' || method === 'PUT';

function parsedBody(request: IncomingMessage, text: string): unknown {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    throw new Refusal(415, ['Unsupported Media Type: the body must be sent as application/json.']);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, ['There was an error parsing JSON. Check that your request body is valid.']);
  }
}

/** The fault of a server that hands out the token it was given. */
function repeated(answer: Answer, call: Call, fault: Fault | undefined): Answer {
  if (fault?.duplicateToken !== true) return answer;
  const fromBody = (call.body as { nextPageToken?: unknown } | undefined)?.nextPageToken;
  const sent = fromBody ?? call.query.get('nextPageToken') ?? undefined;
  if (sent === undefined || sent === null) return answer;
  return { ...answer, body: { ...(answer.body as object), nextPageToken: sent, isLast: false } };
}

async function bodyText(request: IncomingMessage, encoding: BufferEncoding): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString(encoding);
}

function methodNotAllowed(allowed: readonly string[]): Answer {
  return {
    status: 405,
    headers: { allow: allowed.join(', ') },
    body: { errorMessages: ['Method Not Allowed'], errors: {} },
  };
}

const CLOUD = { tooMany };

function tooMany(): Answer {
  return {
    status: 429,
    headers: { 'retry-after': '1', 'x-ratelimit-reset': nextMinute(), 'ratelimit-reason': 'jira-burst-based' },
    body: { errorMessages: ['Rate limit exceeded.'], errors: {} },
  };
}

/** Minute precision without seconds, as observed. */
const nextMinute = (): string => `${new Date(Date.now() + 60_000).toISOString().slice(0, 16)}Z`;
