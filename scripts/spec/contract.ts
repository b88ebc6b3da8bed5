/** Compares stream files with OpenAPI documents: requests that exist, parameters they take, paths their answers have. */
import {
  isRequestRoute,
  parentOf,
  type Registry,
  type Stream,
  splitRequest,
} from '../../src/runtime/streams/registry.js';
import type { ColumnDecl, Page, Route } from '../../src/runtime/streams/stream-file.js';
import type { Finding } from './finding.js';
import {
  type Document,
  documentedMaximum,
  type Operation,
  plain,
  type Schema,
  type Specs,
  schemaAt,
} from './open-api.js';

export interface ContractReport {
  readonly findings: readonly Finding[];
  /** Worth knowing, no failure. */
  readonly notes: readonly string[];
}

/** Checks every route that speaks to Cloud; Atlassian publishes no OpenAPI document for Data Center. */
export function checkContract(registry: Registry, specs: Specs): ContractReport {
  const notes: string[] = [];
  const findings = [...registry.streams.values()].flatMap((stream) => [
    ...stream.routes.filter(isCloud).flatMap((route) => checkRoute(registry, specs, stream, route, notes)),
    ...checkDeletions(specs, stream),
    ...checkCount(specs, stream),
  ]);
  const skipped = [...registry.streams.values()].flatMap(({ routes }) => routes.filter((route) => !isCloud(route)));
  if (skipped.length > 0)
    notes.push(`${skipped.length} routes for Data Center alone: no official document to compare with`);
  return { findings, notes };
}

export const isCloud = (route: Route) => route.dialect !== 'datacenter';

type Say = (point: string, problem: string | null) => void;

function checkRoute(registry: Registry, specs: Specs, stream: Stream, route: Route, notes: string[]): Finding[] {
  const findings: Finding[] = [];
  const where = `${stream.stream}/${route.name}`;
  const say: Say = (point, problem) => void findings.push({ where, point, ...(problem === null ? {} : { problem }) });
  const source = isRequestRoute(route)
    ? requestSource(specs, route, say)
    : insideSource(registry, specs, stream, route);
  if (!source) {
    if (!isRequestRoute(route)) say('parent record', 'no request of the parent is known to the documents');
    return findings;
  }
  if (source.operation?.deprecated) notes.push(`${where}: ${route.request} is deprecated`);
  checkVerify(specs, route, say);
  checkAnswer(stream, route, source.document, source.schema, say);
  return findings;
}

interface Source {
  readonly document: Document;
  /** What `rows` is relative to. */
  readonly schema: Schema;
  readonly operation?: Operation;
}

function requestSource(specs: Specs, route: Route & { readonly request: string }, say: Say): Source | null {
  const operation = findOperation(specs, route.request, say);
  if (!operation) return null;
  for (const name of Object.keys(route.query ?? {})) checkPlace(operation, `query.${name}`, null, say);
  for (const name of Object.keys(route.body ?? {})) checkPlace(operation, `body.${name}`, null, say);
  if (route.page) checkPage(operation, route.page, say);
  if (route.batch?.put) checkPlace(operation, route.batch.put, route.batch.max, say);
  return { document: operation.document, schema: operation.answer, operation };
}

/** Rows that lie in the records of the parent's first own request. */
function insideSource(registry: Registry, specs: Specs, stream: Stream, route: Route): Source | null {
  const parent = registry.streams.get(parentOf(stream, route)?.stream ?? '');
  const read = parent?.routes.filter(isCloud).find(isRequestRoute);
  if (!read) return null;
  const { method, path } = splitRequest(read.request);
  const operation = specs.find(method, path);
  const schema = operation && schemaAt(operation.document, operation.answer, read.rows);
  return schema ? { document: operation.document, schema } : null;
}

function findOperation(specs: Specs, request: string, say: Say): Operation | null {
  const { method, path } = splitRequest(request);
  const operation = specs.find(method, path);
  say(request, operation ? null : 'no document has this method and path');
  return operation;
}

/** A parameter or body member exists, and takes the number we send. */
function checkPlace(operation: Operation, place: string, size: number | null, say: Say): void {
  const [kind, ...rest] = place.split('.');
  const name = rest.join('.');
  const parameter = operation.parameters.find((each) => each.in === 'query' && each.name === name);
  const schema =
    kind === 'query' ? parameter && plain(operation.document, parameter.schema ?? {}) : bodyAt(operation, name);
  say(place, schema ? null : `the request has no such ${kind === 'query' ? 'query parameter' : 'body member'}`);
  if (!schema || size === null) return;
  const maximum = documentedMaximum(schema, parameter?.description ?? schema.description);
  say(`${place} ${size}`, maximum !== null && size > maximum ? `documented maximum is ${maximum}` : null);
}

const bodyAt = (operation: Operation, name: string) =>
  operation.body ? schemaAt(operation.document, operation.body, name) : null;

function checkPage(operation: Operation, page: Page, say: Say): void {
  if (page.kind === 'none') return;
  checkPlace(operation, page.put, null, say);
  if ('size' in page) checkPlace(operation, page.size.put, page.size.value, say);
  const reads = [...('read' in page ? [page.read] : []), ...('total' in page ? [page.total] : []), page.last];
  for (const path of reads.filter((each) => each !== undefined))
    sayPath(operation.document, operation.answer, 'page', path, say);
}

function sayPath(document: Document, schema: Schema, what: string, path: string, say: Say): Schema | null {
  const found = schemaAt(document, schema, path);
  say(`${what} ${path}`, found ? null : 'not in the response schema');
  return found;
}

function checkVerify(specs: Specs, route: Route, say: Say): void {
  for (const outcome of Object.values(route.unless ?? {}))
    if (typeof outcome !== 'string' && outcome.verify) findOperation(specs, outcome.verify, say);
}

function checkAnswer(stream: Stream, route: Route, document: Document, schema: Schema, say: Say): void {
  if (route.inside?.total) sayPath(document, schema, 'inside total', route.inside.total, say);
  for (const path of Object.values(route.carry ?? {})) sayPath(document, schema, 'carry', path, say);
  const record = sayPath(document, schema, 'rows', route.rows, say);
  if (!record) return;
  const given = new Set([...Object.keys(parentOf(stream, route)?.bind ?? {}), ...Object.keys(route.carry ?? {})]);
  for (const [name, column] of Object.entries(stream.columns)) {
    if (route.gives && !route.gives.includes(name)) continue;
    const from = route.from?.[name] ?? column.from;
    if (from === undefined && given.has(name)) continue;
    checkColumn(document, record, name, column, [from ?? name].flat(), say);
  }
}

/** One of the paths leads somewhere (others are for other deployments), and so does one of each member's. */
function checkColumn(
  document: Document,
  record: Schema,
  name: string,
  column: ColumnDecl,
  paths: readonly string[],
  say: Say,
): void {
  const found = paths.map((path) => schemaAt(document, record, path)).find((schema) => schema !== null) ?? null;
  say(`column ${name}`, found ? null : `${paths.join(', ')} not in the response schema`);
  if (!found) return;
  const struct = column.type === 'list<struct>' ? (schemaAt(document, found, '[]') ?? found) : found;
  for (const [member, { from }] of Object.entries(column.members ?? {})) {
    const ways = [from ?? member].flat();
    const known = ways.some((path) => schemaAt(document, struct, path) !== null);
    say(`column ${name}.${member}`, known ? null : `${ways.join(', ')} not in the response schema`);
  }
}

function checkDeletions(specs: Specs, stream: Stream): Finding[] {
  const { deletions } = stream;
  if (!deletions) return [];
  const findings: Finding[] = [];
  const say: Say = (point, problem) =>
    void findings.push({ where: `${stream.stream}/deletions`, point, ...(problem === null ? {} : { problem }) });
  const operation = findOperation(specs, deletions.request, say);
  if (!operation) return findings;
  for (const name of Object.keys(deletions.query ?? {})) checkPlace(operation, `query.${name}`, null, say);
  checkPage(operation, deletions.page, say);
  const record = sayPath(operation.document, operation.answer, 'rows', deletions.rows, say);
  for (const path of record ? Object.values(deletions.key) : [])
    sayPath(operation.document, record ?? {}, 'key', path, say);
  return findings;
}

function checkCount(specs: Specs, stream: Stream): Finding[] {
  const { count } = stream;
  if (!count) return [];
  const findings: Finding[] = [];
  const say: Say = (point, problem) =>
    void findings.push({ where: `${stream.stream}/count`, point, ...(problem === null ? {} : { problem }) });
  const operation = findOperation(specs, count.request, say);
  if (!operation) return findings;
  for (const name of Object.keys(count.query ?? {})) checkPlace(operation, `query.${name}`, null, say);
  for (const name of Object.keys(count.body ?? {})) checkPlace(operation, `body.${name}`, null, say);
  sayPath(operation.document, operation.answer, 'read', count.read, say);
  return findings;
}
