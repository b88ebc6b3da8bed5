/** The OAuth scopes that streams need, those of the streams they are read through included. */
import { parentsOf, type Registry } from './registry.js';

/**
 * Sorted. Of each stream the classic scopes where it has some, as Atlassian advises, else the granular ones: a token may hold both kinds,
 * but no more than 50 in all.
 * @param byProjects the settings name projects, which are looked up
 */
export function scopesFor(registry: Registry, streams: readonly string[], byProjects = false): readonly string[] {
  const needed = new Set<string>();
  for (const name of withSources(registry, streams, byProjects)) {
    const { classic, granular } = registry.get(name).needs.scopes;
    for (const scope of classic.length > 0 ? classic : granular) needed.add(scope);
  }
  return [...needed].sort();
}

function withSources(registry: Registry, streams: readonly string[], byProjects: boolean): ReadonlySet<string> {
  const lists = [...registry.streams.values()].filter(({ scope }) => byProjects && scope && 'projects' in scope);
  // The first one is asked before anything else, whatever is read.
  const found = new Set(['myself', ...lists.map(({ stream }) => stream), ...streams]);
  for (const name of found) {
    const stream = registry.get(name);
    for (const parent of parentsOf(stream)) found.add(parent.stream);
    if (stream.custom_fields) found.add(stream.custom_fields.stream);
  }
  return found;
}
