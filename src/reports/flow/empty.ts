/** What a report says that has nothing to show: why, when there last was something, and what to do. */
import { addDays } from '../days.js';
import type { Sources } from '../sources.js';
import { endOfDay, type FlowAsked, textOf, within } from './asked.js';
import { finishedOf } from './finished.js';
import { onBoard, visitsOf } from './visits.js';

/** @param what did not happen in the period */
export const nothingFinished = (sources: Sources, asked: FlowAsked, what: string, only = 'true'): Promise<string> =>
  lastTime(sources, asked, what, 'was finished', finishedUntil(sources, asked, asked.today, only));

/** Of reports that count whole weeks back from yesterday: the week of a day begins up to six days before it. */
export const noWeekFinished = (sources: Sources, asked: FlowAsked, what: string): Promise<string> =>
  lastTime(sources, asked, what, 'was finished', finishedUntil(sources, asked, addDays(asked.today, -1)), 6);

const finishedUntil = (sources: Sources, asked: FlowAsked, end: string, only = 'true') =>
  `max(finished_at) AS last FROM ${finishedOf(sources, { ...asked, span: { start: '1970-01-01', end } })} f WHERE ${only}`;

export const nothingLeft = (sources: Sources, asked: FlowAsked, what: string): Promise<string> =>
  lastTime(
    sources,
    asked,
    what,
    'ended',
    `max(left_at) AS last FROM ${visitsOf(sources, asked)} v WHERE stage = 'indeterminate'`,
  );

export const nothingCreated = (sources: Sources, asked: FlowAsked, what: string): Promise<string> =>
  lastTime(
    sources,
    asked,
    what,
    'was created',
    `max(${sources.column('i', 'issue', 'created', 'TIMESTAMPTZ')}) AS last FROM main.issue i WHERE ${createdUntil(sources, asked)}`,
  );

function createdUntil(sources: Sources, asked: FlowAsked): string {
  const created = sources.column('i', 'issue', 'created', 'TIMESTAMPTZ');
  const limits = [within(sources, 'issue', 'i', asked, 'id'), ...onBoard(asked)];
  return [...limits, `${created} < ${endOfDay(asked.today)}`].join(' AND ');
}

/** Null where there are issues. */
export async function noIssues(sources: Sources, asked: FlowAsked): Promise<string | null> {
  // What was in a project then may be in any now.
  const now = asked.projectThen ? { ...asked, projects: null } : asked;
  if (await hasIssues(sources, now)) return null;
  if (await hasIssues(sources, { ...now, subtasks: true }))
    return 'All issues of those that were asked for are sub-tasks: --subtasks counts them.';
  const isLimited = asked.connections !== null || asked.projects !== null || asked.matched.length > 0;
  return `The warehouse has no issue${isLimited ? ' of those that were asked for' : ''}: connector status says what was read, connector sync reads the rest.`;
}

async function hasIssues(sources: Sources, asked: FlowAsked): Promise<boolean> {
  const some = `SELECT 1 AS one FROM main.issue i WHERE ${within(sources, 'issue', 'i', asked, 'id')} LIMIT 1`;
  return (await sources.rows(some)).length > 0;
}

/** @param before days from the beginning of a period that has it to the last time */
async function lastTime(
  sources: Sources,
  asked: FlowAsked,
  what: string,
  verb: string,
  rest: string,
  before = 0,
): Promise<string> {
  const none = await noIssues(sources, asked);
  if (none !== null) return none;
  const [row = {}] = await sources.rows(`SELECT strftime(last, '%Y-%m-%d') AS last FROM (SELECT ${rest})`);
  const last = textOf(row, 'last');
  return last === ''
    ? `${what}, and none before.`
    : `${what}; the last one ${verb} on ${last}: --start ${addDays(last, -before)}.`;
}
