/** What an answer of `npm audit --json` means for a build. */

export interface Verdict {
  readonly exitCode: 0 | 1;
  readonly lines: readonly string[];
}

/** Of these a release is held back. */
const SEVERE = ['high', 'critical'];

interface Vulnerability {
  readonly severity?: unknown;
  readonly range?: unknown;
}

/**
 * A registry that keeps no advisories, or is away, is no failure of ours: that is said, and the build goes on.
 * @param output of npm, which tells of its own errors there, too
 */
export function verdict(output: string): Verdict {
  const answer = parsed(output);
  if (answer === null || !('vulnerabilities' in answer))
    return { exitCode: 0, lines: [`No audit: the registry does not answer (${reasonOf(answer)}).`] };
  const found = Object.entries(Object(answer.vulnerabilities) as Record<string, Vulnerability>);
  const lines = found.map(([name, { severity, range }]) => `${name} ${String(range ?? '')}: ${String(severity)}`);
  const severe = found.some(([, { severity }]) => SEVERE.includes(String(severity)));
  return { exitCode: severe ? 1 : 0, lines: lines.length > 0 ? lines : ['No known vulnerabilities.'] };
}

function parsed(output: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(output);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

/** A status or a code; the message would name the registry. */
function reasonOf(answer: Readonly<Record<string, unknown>> | null): string {
  const reason: unknown = answer?.statusCode ?? Object(answer?.error).code;
  return reason === undefined ? 'no readable answer' : String(reason);
}
