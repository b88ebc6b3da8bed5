/** What `check` found, for people: a line for each connection, and below it what needs a closer look. */

import type { Checked } from '../../app/check.js';
import { printable } from '../../core/printable.js';
import { plainTableOf, type TableColumn, tableOf } from '../../core/text-table.js';

/** @param width in characters of the table; null: every column */
export function checkText(all: readonly Checked[], width: number | null): string {
  if (width === null) return [tableOf(WIDE, all, true), ...all.flatMap(notesOf)].join('\n');
  return [plainTableOf(NARROW, all, width), ...all.flatMap((one) => [...leftOut(one), ...notesOf(one)])].join('\n');
}

const NAME: TableColumn<Checked> = ['connection', 'left', ({ name }) => name];
const READER: TableColumn<Checked> = [
  'reads as',
  'left',
  ({ ok, failure = 'refused', account }) => (ok ? (account?.displayName ?? '') : failure),
];
const STREAMS: TableColumn<Checked> = [
  'streams',
  'left',
  ({ ok, readable = [], unreadable = [] }) =>
    ok ? `${readable.length} of ${readable.length + unreadable.length}` : '',
];

/** The scheme is https but for this machine. */
const NARROW: readonly TableColumn<Checked>[] = [
  NAME,
  ['site', 'left', ({ site }) => site.replace(/^https?:\/\//, '')],
  READER,
  STREAMS,
  ['token', 'left', tokenText],
];

const WIDE: typeof NARROW = [
  NAME,
  ['site', 'left', ({ site }) => site],
  ['deployment', 'left', deploymentText],
  READER,
  ['time zone', 'left', zoneText],
  STREAMS,
  ['token', 'left', tokenText],
];

/** Cloud's version changes by the day and means nothing to people. */
function deploymentText({ ok, deployment, version }: Checked): string {
  if (!ok) return '';
  return deployment === 'Cloud' ? 'Cloud' : `${deployment} ${version ?? ''}`.trim();
}

function zoneText({ ok, account }: Checked): string {
  return ok ? (account?.timeZone ?? 'unknown') : '';
}

/** What the narrow table has no room for. */
function leftOut(one: Checked): readonly string[] {
  return one.ok ? [printable(`${one.name}: ${deploymentText(one)}, time zone ${zoneText(one)}`)] : [];
}

function tokenText({ expires, days_left: days }: Checked): string {
  if (expires === null || days === null) return 'no date noted';
  return days < 0 ? `ended ${expires}` : `${days} days left`;
}

/** Each begins with the connection's name. */
function notesOf({ name, error, failure = 'refused', unreadable = [], scopes, warnings }: Checked): readonly string[] {
  return [
    ...(error === undefined ? [] : [`${failure}: ${error}`]),
    ...warnings.map((warning) => `warning: ${warning}`),
    ...[...byReason(unreadable)].map(([why, streams]) => `not ${streams.join(', ')}: ${why}`),
    ...(scopes ? [`scopes that the token needs for these streams: ${scopes.join(' ')}`] : []),
  ].map((note) => printable(`${name}: ${note}`));
}

/** One missing permission stands in the way of a dozen streams. */
function byReason(unreadable: NonNullable<Checked['unreadable']>): ReadonlyMap<string, readonly string[]> {
  const streams = new Map<string, string[]>();
  for (const { stream, why } of unreadable) streams.set(why, [...(streams.get(why) ?? []), stream]);
  return streams;
}
