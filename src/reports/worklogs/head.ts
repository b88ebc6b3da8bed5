/** What stands above a worklog report's numbers: of which days, how fresh, the answer in a sentence, and what to know of it. */

import { count } from '../../core/count.js';
import type { StreamStatus } from '../../query/status.js';
import { type Freshness, freshnessOf } from '../freshness.js';
import { showSeconds, UNIT_NAMES } from '../hours.js';
import { inWords } from '../made.js';
import type { WorklogsAsked } from './asked.js';
import type { PersonTotals, Totals } from './report.js';

export interface Head {
  readonly title: string;
  /** One line a connection: when it was read, and what is missing. */
  readonly freshness: readonly Freshness[];
  /** The whole in one sentence. */
  readonly answer: string;
  /** How it was counted, and what was left out. */
  readonly notes: readonly string[];
}

/** Streams whose age matters to these numbers. */
export const READ_FOR_WORKLOGS = ['issue_worklog', 'group_members'] as const;

export interface HeadFacts {
  readonly asked: WorklogsAsked;
  readonly totals: Totals;
  readonly people: readonly PersonTotals[];
  /** On which work was ever logged; asked for where nothing was in the period. */
  readonly lastDay: string | null;
  /** Of READ_FOR_WORKLOGS. */
  readonly status: readonly StreamStatus[];
  readonly usesGroups: boolean;
}

export function headOf(facts: HeadFacts): Head {
  const { asked } = facts;
  const { start, end } = asked.span;
  return {
    title: `Worklogs ${start === end ? start : `${start} to ${end}`}`,
    freshness: freshnessOf(facts.status, 'issue_worklog', 'worklogs'),
    answer: answerOf(facts),
    notes: [
      dayNote(facts),
      ...thenNotes(asked),
      ...roundingNote(asked),
      ...restrictedNote(facts),
      ...groupNote(facts),
      ...costNotes(facts),
      ...appNote(facts),
    ],
  };
}

function answerOf({ asked, totals, lastDay }: HeadFacts): string {
  if (totals.worklogs === 0) {
    const none = isLimited(asked) ? 'Nothing of what was asked for was logged' : 'Nobody logged work';
    return lastDay === null
      ? `${none} in this period, nor on any other day: connector status says what was read.`
      : `${none} in this period; the last day with work is ${lastDay}: --start ${lastDay}.`;
  }
  const amount = showSeconds(totals.counted, asked.shown);
  const unit = asked.shown.unit === 'hm' ? '' : ` ${UNIT_NAMES[asked.shown.unit]}`;
  return `${count(totals.people, 'person', 'people')} logged ${amount}${unit} in ${count(totals.worklogs, 'worklog')} on ${count(totals.issues, 'issue')}.`;
}

function isLimited({ scope, restricted }: WorklogsAsked): boolean {
  const { connections, projects, issues, people, notPeople, matched } = scope;
  const isNamed = [connections, projects, issues, people].some((names) => names !== null);
  return isNamed || notPeople.length > 0 || matched.length > 0 || restricted === 'omit';
}

const CLOCKS: Readonly<Record<string, string>> = {
  author: "A day is the author's own: that of the profile's time zone",
  site: "A day is the site's: worklogs lie on the day that Jira shows for them",
  utc: 'A day is that of UTC',
};

function dayNote({ asked, totals }: HeadFacts): string {
  const clock = CLOCKS[asked.day] ?? `A day is that of ${asked.day}`;
  const moment =
    asked.date === 'started' ? '' : `; counted by when a worklog was ${asked.date}, not by when the work was done`;
  const fell =
    totals.fellBack === 0
      ? ''
      : `; for ${totals.fellBack.toLocaleString('en')} of ${totals.worklogs.toLocaleString('en')} it is not known, and the site’s was taken`;
  return `${clock}${fell}${moment}.`;
}

function thenNotes({ histories, withoutHistory }: WorklogsAsked): readonly string[] {
  return [
    ...(histories.size > 0 ? [`As when the work began: ${[...histories.keys()].join(', ')}.`] : []),
    ...(withoutHistory.length > 0
      ? [`As now, since no history tells what it was when the work began: ${withoutHistory.join(', ')}.`]
      : []),
  ];
}

function roundingNote({ rounding }: WorklogsAsked): readonly string[] {
  if (rounding === null) return [];
  const way = rounding.mode === 'up' ? 'up to' : 'to the nearest';
  return [
    `Each worklog is rounded ${way} ${showSeconds(rounding.seconds, { unit: 'hm', hoursPerDay: 8 })}, then summed.`,
  ];
}

function restrictedNote({ asked, totals }: HeadFacts): readonly string[] {
  if (asked.restricted === 'omit') return ['Worklogs that only some may see are left out.'];
  if (totals.restricted === 0) return [];
  return [`${count(totals.restricted, 'worklog')} among them that only some may see.`];
}

function groupNote({ usesGroups, status }: HeadFacts): readonly string[] {
  if (!usesGroups) return [];
  const reads = status
    .filter(({ stream }) => stream === 'group_members')
    .map(({ last_success_at: read }) => (read === null ? Number.NaN : Date.parse(read)));
  const oldest = Math.min(...reads);
  return [
    `Groups have the members that they had ${Number.isFinite(oldest) ? `at ${inWords(oldest)}` : 'at the last read'}: who left before is not among them.`,
  ];
}

function costNotes({ asked, totals }: HeadFacts): readonly string[] {
  if (asked.rates.length === 0) return [];
  const sums = [...totals.cost].map(([currency, cost]) => `${cost.toFixed(2)} ${currency}`);
  return [
    `Cost: ${sums.join(', ') || 'none'}.`,
    ...(totals.unpriced > 0 ? [`${count(totals.unpriced, 'worklog')} without a rate.`] : []),
  ];
}

/** Where a time tracking app logs on behalf of people, Jira names the app as the author. */
function appNote({ people, totals }: HeadFacts): readonly string[] {
  const app = people.find(({ isApp, seconds }) => isApp && seconds * 2 > totals.counted);
  if (!app) return [];
  return [`More than half was logged by the app ${app.name}: the people behind it are known to that app, not to Jira.`];
}
