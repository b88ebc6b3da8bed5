/** Holds answers of a site against the response schemas of OpenAPI documents. */
import { own } from '../../src/core/json-path.js';
import type { Finding } from './finding.js';
import { makeValidator, type Validator } from './json-schema.js';
import { type Operation, type Specs, schemaAt } from './open-api.js';
import { type Call, recordsOf, splitCall } from './site-walk.js';

/** One passed finding per answer that fits, one failed finding per distinct complaint about a request. */
export function checkCalls(
  calls: readonly Call[],
  specs: Specs,
): { readonly findings: readonly Finding[]; readonly notes: readonly string[] } {
  const validator = makeValidator();
  const findings: Finding[] = [];
  const notes: string[] = [];
  for (const [request, same] of groupBy(calls, (call) => call.request)) {
    const { method, path } = splitCall(same[0]);
    const operation = specs.find(method, path);
    if (!operation) {
      notes.push(`${request}: not in the documents, not checked`);
      continue;
    }
    const problems = new Set<string>();
    for (const call of same) {
      const found = isGood(call) ? complaintsOf(call, operation, validator) : unexpectedStatus(call);
      for (const problem of found) problems.add(problem);
      if (found.length === 0) findings.push({ where: request, point: 'answer' });
    }
    for (const point of problems) findings.push({ where: request, point, problem: 'not as documented' });
    notes.push(...neverSent(request, operation, same));
  }
  return { findings, notes };
}

const isGood = ({ status }: Call): boolean => status >= 200 && status < 300;

/** An answer without a body has nothing to be held against but its status. */
function complaintsOf(call: Call, operation: Operation, validator: Validator): readonly string[] {
  if (!operation.statuses.includes(String(call.status))) return [`status ${call.status} is not documented`];
  return call.answer === undefined ? [] : validator.complaints(operation, call.answer);
}

function unexpectedStatus({ status, expected, answer }: Call): readonly string[] {
  const said = own(answer, 'errorMessages');
  return expected.includes(String(status)) ? [] : [`status ${status} ${JSON.stringify(said ?? '')}`];
}

/** Documented properties of a record that no answer had: what tests cannot meet. */
function neverSent(request: string, operation: Operation, calls: readonly [Call, ...Call[]]): readonly string[] {
  const answers = calls.filter((call) => isGood(call) && call.answer !== undefined);
  const records = answers.flatMap(({ answer, rows }) => recordsOf(answer, rows));
  const documented = Object.keys(schemaAt(operation.document, operation.answer, calls[0].rows)?.properties ?? {});
  const missing = documented.filter((name) => !records.some((record) => own(record, name) !== undefined));
  if (answers.length > 0 && records.length === 0) return [`${request}: no record came`];
  return missing.length > 0 ? [`${request}: never sent: ${missing.join(', ')}`] : [];
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly [T, ...T[]]> {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
