/** Days as people write them: YYYY-MM-DD, in UTC. */

/** `new Date` rolls 2024-02-30 over to 1 March; the round trip shows it. */
export function isCalendarDay(day: string): boolean {
  const date = new Date(startOfDay(day));
  return /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

/** Epoch milliseconds. */
export const startOfDay = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** A moment for people, both epoch milliseconds: `14:00 UTC` today, `2026-11-30 14:00 UTC` on another day. */
export function showMoment(moment: number, now: number): string {
  const [day = '', time = ''] = new Date(moment).toISOString().split('T');
  const today = new Date(now).toISOString().startsWith(day);
  return `${today ? '' : `${day} `}${time.slice(0, 5)} UTC`;
}
