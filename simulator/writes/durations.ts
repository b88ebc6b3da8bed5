/** `2w 1d 4h 30m` to seconds: a day has 8 hours, a week 5 days. */

const SECONDS = { w: 144_000, d: 28_800, h: 3600, m: 60 } as const;

/** Undefined for what Jira does not read; a bare number counts minutes. */
export function secondsOf(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const parts = text.trim().split(/\s+/);
  const sizes = parts.map((part) => {
    const found = /^(\d+(?:\.\d+)?)([wdhm]?)$/.exec(part);
    return found === null ? Number.NaN : Number(found[1]) * SECONDS[(found[2] || 'm') as keyof typeof SECONDS];
  });
  const sum = sizes.reduce((total, size) => total + size, 0);
  return Number.isNaN(sum) ? undefined : sum;
}
