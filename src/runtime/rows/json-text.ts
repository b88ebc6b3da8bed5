/** JSON text of a parsed value, exact where JSON.stringify is not: integers beyond 2^53 arrive as bigint and are written digit by digit. */

/** No answer is parsed this deep; a recursive walk without an end would overflow the stack (R-47). */
export const MAX_DEPTH = 250;

/** @throws RangeError when the value is nested too deeply to be walked. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value ?? null);
  } catch {
    // It holds a bigint (few values do), or it is too deep.
    return exactText(value, 0);
  }
}

function exactText(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw new RangeError(`nested deeper than ${MAX_DEPTH} levels`);
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map((element) => exactText(element ?? null, depth + 1)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${exactText(member, depth + 1)}`).join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}
