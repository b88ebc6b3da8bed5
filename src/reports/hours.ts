/** Seconds as people read working time: hours, working days, minutes, or hours and minutes. */

export const UNITS = ['h', 'd', 'm', 'hm'] as const;
export type Unit = (typeof UNITS)[number];

export interface HoursShown {
  readonly unit: Unit;
  /** Of a working day; what `d` counts in. */
  readonly hoursPerDay: number;
}

/** For heads: a cell has no unit. `hm` cells carry theirs. */
export const UNIT_NAMES: Readonly<Record<Unit, string>> = { h: 'hours', d: 'working days', m: 'minutes', hm: 'time' };

/** In the unit's own number, unrounded. @param unit `hm` counts in hours */
export function inUnit(seconds: number, { unit, hoursPerDay }: HoursShown): number {
  if (unit === 'm') return seconds / 60;
  return unit === 'd' ? seconds / 3600 / hoursPerDay : seconds / 3600;
}

const writer = (places: number) =>
  new Intl.NumberFormat('en', { minimumFractionDigits: places, maximumFractionDigits: places });
const [WHOLE, HUNDREDTHS] = [writer(0), writer(2)];

/** `1,207.50`, `450`, `7h 30m`: two places wherever people read hours or working days, so that they stand below each other and a quarter of an hour shows. Files for programs have the seconds. */
export function showSeconds(seconds: number, shown: HoursShown): string {
  if (shown.unit !== 'hm') return (shown.unit === 'm' ? WHOLE : HUNDREDTHS).format(inUnit(seconds, shown));
  const minutes = Math.round(Math.abs(seconds) / 60);
  const parts = [
    Math.floor(minutes / 60) > 0 ? `${Math.floor(minutes / 60)}h` : '',
    minutes % 60 ? `${minutes % 60}m` : '',
  ];
  return `${seconds < 0 && minutes > 0 ? '-' : ''}${parts.filter(Boolean).join(' ') || '0m'}`;
}
