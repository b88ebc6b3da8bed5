/** Days as people write them: YYYY-MM-DD, in UTC. */

/** `new Date` rolls 2024-02-30 over to 1 March; the round trip shows it. */
export function isCalendarDay(day: string): boolean {
  const date = new Date(startOfDay(day));
  return /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

/** Epoch milliseconds. */
export const startOfDay = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** A moment for people, both epoch milliseconds: `14:00 UTC` within a day, else `2026-11-30`. A site whose clock is behind names past ones. */
export function showMoment(moment: number, now: number): string {
  const [day = '', time = ''] = new Date(moment).toISOString().split('T');
  return Math.abs(moment - now) < 86_400_000 ? `${time.slice(0, 5)} UTC` : day;
}

/** The state of a stream for people: one that waits for its turn says until when. */
export function showState({ state, due_at: due }: StateShown, now: number): string {
  return state === 'not_due' && due ? `not due until ${showMoment(Date.parse(due), now)}` : (state ?? 'never read');
}

interface StateShown {
  readonly state: string | null;
  readonly due_at?: string | null | undefined;
}
