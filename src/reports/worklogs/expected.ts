/** Hours that people were expected to log: so many each working day, none on weekends and days off. */
import { eachDay, type Span, type Weekday, weekdayOf } from '../days.js';
import type { PersonDays } from './report.js';

export interface Expectation {
  readonly span: Span;
  readonly weekend: readonly Weekday[];
  /** Of everybody. */
  readonly daysOff: ReadonlySet<string>;
  /** A working day. */
  readonly seconds: number;
}

export interface PersonGap {
  readonly id: string;
  readonly name: string;
  readonly logged: number;
  readonly expected: number;
  /** To the sum of the period; none when more was logged. */
  readonly missing: number;
  /** Working days with less than expected. */
  readonly shortDays: readonly string[];
}

export function workingDays({ span, weekend, daysOff }: Expectation): readonly string[] {
  return eachDay(span).filter((day) => !weekend.includes(weekdayOf(day)) && !daysOff.has(day));
}

export function gapsOf(
  people: readonly Pick<PersonDays, 'id' | 'name' | 'seconds' | 'days'>[],
  expectation: Expectation,
): readonly PersonGap[] {
  const days = workingDays(expectation);
  const expected = days.length * expectation.seconds;
  return people.map(({ id, name, seconds, days: logged }) => ({
    ...{ id, name, logged: seconds, expected, missing: Math.max(0, expected - seconds) },
    shortDays: days.filter((day) => (logged.get(day) ?? 0) < expectation.seconds),
  }));
}
