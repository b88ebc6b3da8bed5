/** Durations as people write and read them. */
import { InvalidArgumentError } from 'commander';

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `6h` -> 21600 seconds. @throws InvalidArgumentError, which commander shows. */
export function parseDuration(text: string): number {
  const [, count, unit] = /^([1-9]\d*)([smhd])$/.exec(text) ?? [];
  const seconds = UNIT_SECONDS[unit ?? ''];
  if (count === undefined || seconds === undefined) throw new InvalidArgumentError('Expected 90s, 15m, 6h or 2d.');
  return Number(count) * seconds;
}

/** 5400 seconds -> `1.5 h`. */
export function showDuration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 360) / 10} h`;
  return `${Math.round(seconds / 8640) / 10} d`;
}
