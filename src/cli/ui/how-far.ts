/** How far a run is, in numbers and as one line. Arithmetic only. */

import { count } from '../../core/count.js';
import { showDuration } from '../../core/duration.js';

export interface HowFar {
  /** Requests sent, and how many the run is thought to cost; null: not known yet. */
  readonly requests: number;
  readonly total: number | null;
  readonly rows: number;
  readonly seconds: number;
  /** Streams at work, with their rows. */
  readonly working: ReadonlyMap<string, number>;
}

const number = new Intl.NumberFormat('en-US');

/** A pace of a few requests says nothing. */
const FEW = 5;

/** Seconds, by the pace so far; null: not known. */
export function secondsLeft({ requests, total, seconds }: HowFar): number | null {
  if (total === null || requests < FEW || seconds <= 0) return null;
  return Math.max(0, ((total - requests) * seconds) / requests);
}

/** The parts of the line, and the rank of each: the last fall away first where the terminal is narrow. */
function partsOf(far: HowFar): readonly { readonly text: string; readonly rank: number }[] {
  const left = secondsLeft(far);
  const { requests, total, rows, seconds } = far;
  const known = total !== null && requests <= total;
  const parts = [
    {
      rank: 1,
      text: known ? `${number.format(requests)} of ~${count(total, 'request')}` : count(requests, 'request'),
    },
    { rank: 4, text: seconds > 0 ? `${(requests / seconds).toFixed(1)}/s` : '' },
    { rank: 2, text: left === null ? '' : left === 0 ? 'nearly done' : `${showDuration(left)} left` },
    { rank: 3, text: count(rows, 'row') },
  ];
  return parts.filter(({ text }) => text !== '');
}

/** `312 of ~420 requests · 4.9/s · 80 s left · 18,402 rows`, never wider than the terminal. */
export function lineOf(far: HowFar, width: number): string {
  const parts = partsOf(far);
  for (let most = parts.length; most > 0; most -= 1) {
    const kept = [...parts].sort((a, b) => a.rank - b.rank).slice(0, most);
    const line = parts
      .filter((part) => kept.includes(part))
      .map(({ text }) => text)
      .join(' · ');
    if (line.length < width) return line;
  }
  return (parts[0]?.text ?? '').slice(0, Math.max(0, width - 1));
}

/** The line, and below it the streams at work, as many as fit. */
export function linesOf(far: HowFar, width: number, height: number): readonly string[] {
  const working = [...far.working]
    .slice(0, Math.max(0, height - 2))
    .map(([stream, rows]) => `  ${stream}  ${count(rows, 'row')}`.slice(0, Math.max(0, width - 1)));
  return [lineOf(far, width), ...working];
}
