/** Days as people write them: YYYY-MM-DD, in UTC. */

/** `new Date` rolls 2024-02-30 over to 1 March; the round trip shows it. */
export function isCalendarDay(day: string): boolean {
  const date = new Date(startOfDay(day));
  return /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

/** Epoch milliseconds. */
export const startOfDay = (day: string): number => Date.parse(`${day}T00:00:00Z`);
