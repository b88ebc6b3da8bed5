/** The requests of a census, as a stream file names them. */
import { ConnectorError } from '../../core/errors.js';
import { isRequestRoute, type RequestRoute, type Stream } from '../streams/registry.js';

export function routeOf(stream: Stream, name: string): RequestRoute {
  const route = stream.routes.find((other) => other.name === name);
  if (!route || !isRequestRoute(route))
    throw new ConnectorError('usage', `${stream.file}: census names the route \`${name}\`, which has no request.`);
  return route;
}

export function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
