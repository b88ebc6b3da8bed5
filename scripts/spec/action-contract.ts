/** Compares action files with OpenAPI documents: requests that exist, and the places that inputs are put at. */
import { type Action, type ActionRegistry, requestParts } from '../../src/actions/registry/registry.js';
import type { Finding } from './finding.js';
import { type Operation, type Specs, schemaAt } from './open-api.js';

/** What Cloud is asked; Atlassian publishes no OpenAPI document for Data Center. */
export function checkActions({ actions }: ActionRegistry, specs: Specs): readonly Finding[] {
  return [...actions.values()].flatMap((action) => checkAction(action, specs));
}

function checkAction(action: Action, specs: Specs): readonly Finding[] {
  const findings: Finding[] = [];
  const say = (point: string, problem: string | null) =>
    void findings.push({ where: `actions/${action.action}`, point, ...(problem === null ? {} : { problem }) });
  const found = (line: string): Operation | null => {
    const { method, path } = requestParts(line);
    const operation = specs.find(method, path);
    say(line, operation ? null : 'no document has this method and path');
    return operation;
  };
  for (const line of action.settle?.requests ?? []) found(line);
  const bulk = action.bulk && found(action.bulk.request);
  if (action.bulk && bulk) say(action.bulk.put, problemAt(bulk, action.bulk.put));
  const operation = found(action.request);
  if (!operation) return findings;
  const places = [
    ...Object.values(action.input).map(({ put }) => put),
    ...Object.keys(action.query ?? {}).map((name) => `query.${name}`),
    ...[action.notify, action.marker, action.fields].filter((place) => place !== undefined),
  ];
  for (const place of places.filter((one) => !one.startsWith('path.'))) say(place, problemAt(operation, place));
  return findings;
}

function problemAt({ document, parameters, body, takesForm }: Operation, place: string): string | null {
  const [kind, ...rest] = place.split('.');
  if (kind === 'form') return takesForm ? null : 'the request takes no form';
  const name = rest.join('.');
  if (kind === 'query') {
    const isThere = parameters.some((one) => one.in === 'query' && one.name === name);
    return isThere ? null : 'the request has no such query parameter';
  }
  return body && schemaAt(document, body, name) ? null : 'the request has no such body member';
}
