/** What a report says that has nothing to show: why, when there last was something, and what to do. */
import type { Sources } from '../sources.js';
import { type FlowAsked, textOf, within } from './asked.js';
import { finishedOf } from './finished.js';
import { visitsOf } from './visits.js';

/** @param what did not happen in the period */
export async function nothingFinished(
  sources: Sources,
  asked: FlowAsked,
  what: string,
  only = 'true',
): Promise<string> {
  const ever = { ...asked, span: { start: '1970-01-01', end: asked.today } };
  return lastTime(
    sources,
    asked,
    what,
    'was finished',
    `max(finished_at) AS last FROM ${finishedOf(sources, ever)} f WHERE ${only}`,
  );
}

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
    `max(${sources.column('i', 'issue', 'created', 'TIMESTAMPTZ')}) AS last FROM main.issue i WHERE ${within(sources, 'issue', 'i', asked, 'id')}`,
  );

/** Null where there are issues. */
export async function noIssues(sources: Sources, asked: FlowAsked): Promise<string | null> {
  const [row] = await sources.rows(
    `SELECT 1 FROM main.issue i WHERE ${within(sources, 'issue', 'i', asked, 'id')} LIMIT 1`,
  );
  if (row !== undefined) return null;
  const isLimited = asked.connections !== null || asked.projects !== null || asked.matched.length > 0;
  return `The warehouse has no issue${isLimited ? ' of those that were asked for' : ''}: connector status says what was read, connector sync reads the rest.`;
}

async function lastTime(sources: Sources, asked: FlowAsked, what: string, verb: string, rest: string): Promise<string> {
  const none = await noIssues(sources, asked);
  if (none !== null) return none;
  const [row = {}] = await sources.rows(`SELECT strftime(last, '%Y-%m-%d') AS last FROM (SELECT ${rest})`);
  const last = textOf(row, 'last');
  return last === '' ? `${what}, and none before.` : `${what}; the last one ${verb} on ${last}: --start ${last}.`;
}
