/** What a check found, the known deviations that excuse it, and how both are told. */
import { z } from 'zod';
import { readPackageFile } from '../../src/app/settings/package-files.js';
import { parseYaml } from '../../src/core/yaml-file.js';

export interface Finding {
  /** `stream/route`, or `GET /path`. */
  readonly where: string;
  /** What was looked at, the same words whether it passed or not. */
  readonly point: string;
  /** Absent: it passed. */
  readonly problem?: string;
}

const deviation = z.strictObject({
  /** A finding's `where`, or the stream alone. */
  where: z.string(),
  /** Findings' points; `*` stands for any text. */
  points: z.array(z.string()).min(1),
  reason: z.string().min(10),
  /** Who says so: an address, or what was seen where. */
  source: z.string().min(5),
});
const deviationsSchema = z.strictObject({ contract: z.array(deviation), simulator: z.array(deviation) });
export type Deviation = z.infer<typeof deviation>;

const FILE = 'scripts/spec-deviations.yaml';

/** @throws ConnectorError with file:line for a malformed list. */
export function readDeviations(tool: 'contract' | 'simulator'): readonly Deviation[] {
  return parseYaml(FILE, readPackageFile(FILE).text, deviationsSchema).value[tool];
}

const matches = (pattern: string, text: string) =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
    's',
  ).test(text);

const excuses = (known: Deviation, { where, point }: Finding) =>
  (known.where === where || known.where === where.split('/')[0]) &&
  known.points.some((pattern) => matches(pattern, point));

/**
 * The report, one line per failure and per excused finding, and a closing line `N passed, N failed`.
 * A deviation that excuses nothing is a failure too: the list must not outlive its reasons.
 */
export function judge(
  findings: readonly Finding[],
  deviations: readonly Deviation[],
): { readonly lines: readonly string[]; readonly failed: number } {
  const lines: string[] = [];
  const used = new Set<Deviation>();
  let failed = 0;
  let passed = findings.filter(({ problem }) => problem === undefined).length;
  for (const finding of findings.filter(({ problem }) => problem !== undefined)) {
    const known = deviations.find((each) => excuses(each, finding));
    if (known) {
      used.add(known);
      passed++;
    } else failed++;
    const why = known ? ` [known: ${known.reason} ${known.source}]` : '';
    lines.push(`${known ? 'known' : 'FAIL '} ${finding.where}: ${finding.point}: ${finding.problem}${why}`);
  }
  for (const stale of deviations.filter((each) => !used.has(each))) {
    failed++;
    lines.push(`FAIL  ${stale.where}: ${stale.points.join(', ')}: listed in ${FILE}, but no longer a deviation`);
  }
  return { lines: [...lines, `${passed} passed, ${failed} failed`], failed };
}

/** `--spec FILE…` from the command line. */
export function specFiles(argv: readonly string[], script: string): readonly string[] {
  const at = argv.indexOf('--spec');
  const files = at < 0 ? [] : argv.slice(at + 1).filter((word) => word !== '--spec');
  if (files.length > 0) return files;
  console.error(
    `Usage: npm run ${script} -- --spec FILE…\nFILE: Atlassian's OpenAPI 3 documents (Jira platform v3, Jira Software), as JSON.`,
  );
  process.exit(2);
}
