/** What `check` found, for people: a line for each connection, and below it what needs a closer look. */

import type { Checked } from '../../app/check.js';
import { printable } from '../../core/printable.js';
import { TextTable } from '../../core/text-table.js';

export function checkText(all: readonly Checked[]): string {
  const table = new TextTable({
    head: ['connection', 'site', 'deployment', 'reads as', 'time zone', 'streams', 'token'],
    compact: true,
  });
  for (const one of all)
    table.push([
      one.name,
      one.site,
      ...(one.ok ? knownOf(one) : ['', one.failure ?? 'refused', '', '']),
      tokenText(one),
    ]);
  return [table.toString(), ...all.flatMap(notesOf)].join('\n');
}

function knownOf({ account, deployment, version, readable = [], unreadable = [] }: Checked): readonly string[] {
  return [
    // Cloud's version changes by the day and means nothing to people.
    deployment === 'Cloud' ? 'Cloud' : `${deployment} ${version ?? ''}`.trim(),
    account?.displayName ?? '',
    account?.timeZone ?? 'unknown',
    `${readable.length} of ${readable.length + unreadable.length}`,
  ];
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
