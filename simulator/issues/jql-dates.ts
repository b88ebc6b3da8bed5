/** What a date in JQL means: unquoted digits are epoch milliseconds; everything else is wall clock time of the caller, to the minute. */

import { fromLocal, offsetMinutes } from '../clock.js';
import { badRequest } from '../refusal.js';
import type { Value } from './jql-parse.js';

const LITERAL = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?: (\d{1,2}):(\d{2}))?$/;
const RELATIVE = /^([+-]?)(\d+)([wdhm])$/;
const UNIT_MS = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000 } as const;

/** Epoch ms. `timeZone` is the caller's. Throws a Refusal for anything Jira would not read as a date. */
export function jqlDate(value: Value, field: string, now: number, timeZone: string): number {
  if (!value.quoted && /^-?\d+$/.test(value.text)) return Number(value.text);
  const relative = RELATIVE.exec(value.text);
  if (relative !== null) {
    const ms = Number(relative[2]) * UNIT_MS[relative[3] as keyof typeof UNIT_MS];
    return relative[1] === '-' ? now - ms : now + ms;
  }
  if (value.text.toLowerCase() === 'now()') return now;
  if (value.text.toLowerCase() === 'startofday()') return startOfDay(now, timeZone);
  const literal = LITERAL.exec(value.text);
  if (literal === null) throw invalid(value, field);
  const [year, month, day, hour, minute] = literal.slice(1).map((part) => Number(part ?? 0));
  return fromLocal(Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute), timeZone);
}

function startOfDay(now: number, timeZone: string): number {
  const local = now + offsetMinutes(timeZone, now) * 60_000;
  return fromLocal(local - (local % UNIT_MS.d), timeZone);
}

function invalid(value: Value, field: string): Error {
  return badRequest(
    `Date value '${value.text}' for field '${field}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.`,
  );
}
