/** When will it be done, or how much by then: weeks of the past drawn at random, ten thousand times. The seed is part of the answer. */

import { count } from '../../core/count.js';
import { addDays, daysIn } from '../days.js';
import type { Sources } from '../sources.js';
import { type FlowAsked, numberOf, percentile } from './asked.js';
import { boardNotes } from './board.js';
import { noIssues, noWeekFinished } from './empty.js';
import { finishedNotes, finishedOf, openOf } from './finished.js';
import type { FlowAnswer } from './flow.js';
import { asOfNotes } from './groups.js';
import { elsewhereNotes } from './visits.js';

const RUNS = 10_000;
/** Of weeks that a run may take: a team that finishes next to nothing would take for ever. */
const MOST_WEEKS = 520;
const FEW_WEEKS = 10;
const SHARES = [0.5, 0.85, 0.95] as const;
/** Of runs sorted upwards: what 95, 85 and 50 % of them reach. */
const LEAST = [0.05, 0.15, 0.5] as const;

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Weeks until so many are finished, for each run, sorted; null where a run never ends. */
export function weeksUntil(
  items: number,
  samples: readonly number[],
  seed: number,
  runs = RUNS,
): readonly number[] | null {
  if (items > 0 && samples.every((one) => one === 0)) return null;
  const random = randomOf(seed);
  const outcomes = Array.from({ length: runs }, () => {
    let [left, weeks] = [items, 0];
    while (left > 0 && weeks < MOST_WEEKS) {
      left -= samples[Math.floor(random() * samples.length)] ?? 0;
      weeks += 1;
    }
    return weeks;
  });
  return outcomes.sort((a, b) => a - b);
}

/** How many are finished in so many weeks, for each run, sorted from most to least: what 85 % of the runs reach stands at 85 %. */
export function finishedWithin(
  weeks: number,
  samples: readonly number[],
  seed: number,
  runs = RUNS,
): readonly number[] {
  const random = randomOf(seed);
  const outcomes = Array.from({ length: runs }, () => {
    let sum = 0;
    for (let week = 0; week < weeks; week++) sum += samples[Math.floor(random() * samples.length)] ?? 0;
    return sum;
  });
  return outcomes.sort((a, b) => b - a);
}

export async function forecast(sources: Sources, asked: FlowAsked): Promise<FlowAnswer> {
  const samples = await finishedWeeks(sources, asked);
  const open = await sources.rows(`SELECT count(*)::INT AS issues FROM ${openOf(sources, asked)} v`);
  const items = asked.items ?? numberOf(open[0] ?? {}, 'issues');
  const about = [
    `${RUNS.toLocaleString('en')} runs with seed ${asked.seed}, each of weeks drawn from ${count(samples.length, 'whole week')} of ${asked.span.start} to ${asked.span.end}, those without a finished issue among them.`,
    ...(samples.length < FEW_WEEKS ? [`Fewer than ${FEW_WEEKS} whole weeks: take the answer as a hint.`] : []),
    ...finishedNotes(asked),
    ...boardNotes(asked.board),
    ...(asked.items === null ? await elsewhereNotes(sources, asked) : []),
    ...asOfNotes(asked),
  ];
  if (items === 0) {
    const none = await noIssues(sources, asked);
    return nothing(none ?? 'No issue is open: there is nothing to finish. Say how many: --items 40.', about);
  }
  if (samples.length === 0)
    return nothing('There is no whole week in the period to draw from: --start or --period make it longer.', about);
  return asked.by === null ? whenDone(sources, items, samples, asked, about) : howMany(asked.by, samples, asked, about);
}

async function whenDone(
  sources: Sources,
  items: number,
  samples: readonly number[],
  asked: FlowAsked,
  about: readonly string[],
): Promise<FlowAnswer> {
  const outcomes = weeksUntil(items, samples, asked.seed);
  if (outcomes === null)
    return nothing(
      await noWeekFinished(
        sources,
        asked,
        'At the rate of this period no issue will ever be finished, as none was in its whole weeks',
      ),
      about,
    );
  const dayOf = (weeks: number) => addDays(asked.today, 7 * weeks);
  const rows = SHARES.map((share) => ({
    chance: `${share * 100} %`,
    weeks: percentile(outcomes, share),
    day: dayOf(percentile(outcomes, share)),
  }));
  const [half, most] = rows;
  return {
    answer:
      half?.day === most?.day
        ? `${count(items, 'issue')} will be finished by ${most?.day} in 85 % of the runs.`
        : `${count(items, 'issue')} will be finished by ${half?.day} in half of the runs, and by ${most?.day} in 85 % of them.`,
    sections: [
      {
        id: 'forecast',
        heading: 'Forecast',
        isOpen: true,
        plot: histogram(outcomes, 'Runs by the week in which the last issue is finished', (weeks) => dayOf(weeks)),
        table: {
          columns: [
            { name: 'chance', label: 'of the runs', kind: 'text' },
            { name: 'day', label: 'finished by', kind: 'day' },
            { name: 'weeks', kind: 'number' },
          ],
          rows,
        },
      },
    ],
    notes: about,
  };
}

function howMany(by: string, samples: readonly number[], asked: FlowAsked, about: readonly string[]): FlowAnswer {
  const weeks = Math.max(0, Math.floor((daysIn({ start: asked.today, end: by }) - 1) / 7));
  const outcomes = finishedWithin(weeks, samples, asked.seed);
  const rows = SHARES.map((share) => ({ chance: `${share * 100} %`, issues: percentile(outcomes, share) }));
  return {
    answer: `By ${by} (${count(weeks, 'whole week')}) at least ${count(rows[1]?.issues ?? 0, 'issue')} will be finished in 85 % of the runs, and ${(rows[0]?.issues ?? 0).toLocaleString('en')} in half of them.`,
    sections: [
      {
        id: 'forecast',
        heading: 'Forecast',
        isOpen: true,
        plot: histogram([...outcomes].reverse(), 'Runs by the number of issues finished', String, LEAST),
        table: {
          columns: [
            { name: 'chance', label: 'of the runs', kind: 'text' },
            { name: 'issues', label: 'at least', kind: 'number' },
          ],
          rows,
        },
      },
    ],
    notes: about,
  };
}

/** @param shares of the runs that are named where they end */
function histogram(
  outcomes: readonly number[],
  title: string,
  label: (value: number) => string,
  shares: readonly number[] = SHARES,
) {
  const counts = new Map<number, number>();
  for (const one of outcomes) counts.set(one, (counts.get(one) ?? 0) + 1);
  return {
    form: 'bars' as const,
    title,
    unit: 'runs',
    groups: ['runs'],
    named: shares.map((share) => ({
      key: label(percentile(outcomes, share)),
      label: `${Math.round((shares === SHARES ? share : 1 - share) * 100)} %`,
    })),
    bars: [...counts].map(([value, runs]) => ({
      key: label(value),
      group: 'runs',
      value: runs,
      tip: `${label(value)}: ${runs} of ${outcomes.length} runs`,
    })),
  };
}

function nothing(answer: string, notes: readonly string[]): FlowAnswer {
  const columns = [{ name: 'chance', kind: 'text' as const }];
  return { answer, sections: [{ id: 'forecast', heading: 'Forecast', table: { columns, rows: [] } }], notes };
}

/** Finished issues of each whole week of the period, the last of which ends with it; weeks without any among them. */
async function finishedWeeks(sources: Sources, asked: FlowAsked): Promise<readonly number[]> {
  const last = asked.span.end < asked.today ? asked.span.end : addDays(asked.today, -1);
  const weeks = Math.max(0, Math.floor(daysIn({ start: asked.span.start, end: last }) / 7));
  const begin = addDays(last, -7 * weeks + 1);
  const rows = await sources.rows(
    `SELECT (date_diff('day', DATE '${begin}', finished_at::DATE) // 7)::INT AS week, count(*)::INT AS issues FROM ${finishedOf(sources, { ...asked, span: { start: begin, end: last } })} f GROUP BY ALL`,
  );
  return Array.from({ length: weeks }, (_, week) => numberOf(rows.find((row) => row.week === week) ?? {}, 'issues'));
}
