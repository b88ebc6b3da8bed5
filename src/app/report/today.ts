/** Which day it is: timesheets count days on people's clocks, flow reports on that of UTC. */
import { dayAt } from '../../reports/days.js';

/** On this machine's clock, of timesheets: whoever asks means the day here. */
export function today(): string {
  const now = new Date();
  return dayAt(now.getTime() - now.getTimezoneOffset() * 60_000);
}

/** Of flow reports, whose days are those of UTC: west of it, the evening's issues would be those of tomorrow. */
export const todayByUtc = (): string => dayAt(Date.now());
