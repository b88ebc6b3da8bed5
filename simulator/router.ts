import type { Answer, Call, SimRoute } from './model.js';

export interface Match {
  readonly route: SimRoute;
  readonly params: Readonly<Record<string, string>>;
}

interface Compiled {
  readonly route: SimRoute;
  readonly segments: readonly string[];
  readonly literals: number;
}

/** Finds the route of a path. `/worklog/list` wins over `/worklog/{id}`: more literal segments come first. */
export class Router {
  private readonly bySize = new Map<number, Compiled[]>();

  constructor(routes: readonly SimRoute[]) {
    for (const route of routes) {
      const segments = route.path.split('/');
      const literals = segments.filter((segment) => !isPlaceholder(segment)).length;
      const list = this.bySize.get(segments.length) ?? [];
      list.push({ route, segments, literals });
      this.bySize.set(segments.length, list);
    }
    for (const list of this.bySize.values()) list.sort((a, b) => b.literals - a.literals);
  }

  /** The match, or the methods that this path does have, or null for an unknown path. */
  find(method: string, path: string): Match | { readonly allowed: readonly string[] } | null {
    const segments = path.split('/');
    const allowed: string[] = [];
    for (const { route, segments: pattern } of this.bySize.get(segments.length) ?? []) {
      const params = matchSegments(pattern, segments);
      if (params === null) continue;
      if (route.method === method) return { route, params };
      allowed.push(route.method);
    }
    return allowed.length > 0 ? { allowed } : null;
  }
}

const isPlaceholder = (segment: string): boolean => segment.startsWith('{');

function matchSegments(pattern: readonly string[], segments: readonly string[]): Record<string, string> | null {
  const params: Record<string, string> = {};
  for (const [at, expected] of pattern.entries()) {
    const got = segments[at] ?? '';
    if (isPlaceholder(expected)) {
      const value = decoded(got);
      if (value === null || value === '') return null;
      params[expected.slice(1, -1)] = value;
    } else if (expected !== got) return null;
  }
  return params;
}

function decoded(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

/** Platform routes exist under /rest/api/2 too; handlers see the path as sent, the table knows version 3 only. */
export function canonicalPath(path: string): string {
  return path.replace(/^\/rest\/api\/2\//, '/rest/api/3/');
}

/** True for a call through /rest/api/2, where rich text is wiki markup. */
export const wantsWikiText = (call: Call): boolean => call.path.startsWith('/rest/api/2/');

export function notFound(path: string): Answer {
  return { status: 404, body: { errorMessages: [`No resource at ${path}`], errors: {} } };
}
