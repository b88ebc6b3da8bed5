/** What a site found for a question is kept for a while: scripts ask for the same filter again and again, and each asking is a request. */
import { type AskSites, matchingIssues } from '../app/report/matching-issues.js';
import type { Ports } from '../core/ports.js';

const KEPT_MS = 5 * 60_000;
const MOST_KEPT = 50;

type Found = ReturnType<AskSites>;

/** Whoever asks may go: others wait for the same answer. @param ports of the server */
export function keepingAnswers(ports: Ports, ask: AskSites = matchingIssues): AskSites {
  const kept = new Map<string, { readonly at: number; readonly found: Found }>();
  const foundFor: AskSites = (questions, sites) => {
    const key = JSON.stringify([questions, sites.map(({ connection }) => connection.name)]);
    const before = kept.get(key);
    if (before && ports.clock.now() - before.at < KEPT_MS) return before.found;
    const found = ask(questions, sites, ports);
    kept.delete(key);
    kept.set(key, { at: ports.clock.now(), found });
    found.catch(() => kept.delete(key));
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return found;
  };
  return async (questions, sites) =>
    (await Promise.all(questions.map((question) => foundFor([question], sites, ports)))).flat();
}
