/** The requests of a census, as a stream file names them. */
import { ConnectorError } from '../../core/errors.js';
import { isRequestRoute, type RequestRoute, type Stream } from '../streams/registry.js';

export function routeOf(stream: Stream, name: string): RequestRoute {
  const route = stream.routes.find((other) => other.name === name);
  if (!route || !isRequestRoute(route))
    throw new ConnectorError('usage', `${stream.file}: census names the route \`${name}\`, which has no request.`);
  return route;
}
