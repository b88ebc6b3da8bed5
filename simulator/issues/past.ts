/** The values whose past a changelog tells: what each is on an issue as the seed made it, and what it may have been before. */

import type { Directory } from '../model.js';
import { Draw, hash, SALT } from '../random.js';
import { type IssueTable, NONE } from './issue-table.js';
import { labelsOf, summaryOf } from './words.js';

/** Columns that edits change; what the seed had put there stays known, so that an edit does not rewrite the past. */
export type MadeColumn = 'status' | 'priority' | 'assignee' | 'sprint';

/** What a past is made from. */
export interface Past {
  readonly seed: number;
  readonly directory: Directory;
  readonly table: IssueTable;
  /** What the seed had put into the column. */
  asMade(place: number, column: MadeColumn): number;
  /** Places of the sprints of an issue whose present sprint is this one. */
  carried(place: number, sprint: number): readonly number[];
}

/** A value as an entry of the changelog shows it: its id where it has one, and its text. */
export type Shown = readonly [value: string | null, text: string | null];

export const NOTHING: Shown = [null, null];

export interface Tracked {
  readonly field: string;
  readonly fieldId: string;
  /** The value of the issue as made. */
  readonly made: (past: Past, place: number) => Shown;
  /** Some value; two draws differ sooner or later. */
  readonly any: (draw: Draw, past: Past) => Shown;
}

export function personShown({ people }: Directory, place: number): Shown {
  const person = people[place];
  return person === undefined ? NOTHING : [person.accountId, person.displayName];
}

export function namedShown(entries: readonly { readonly id: string; readonly name: string }[], place: number): Shown {
  const entry = entries[place];
  return entry === undefined ? NOTHING : [entry.id, entry.name];
}

/** Jira lists all sprints of the issue, closed ones included. */
export function sprintsShown({ sprints }: Directory, places: readonly number[]): Shown {
  const listed = places.flatMap((place) => sprints[place] ?? []);
  return [listed.map(({ id }) => id).join(', '), listed.map(({ name }) => name).join(', ')];
}

export const numberShown = (value: unknown): Shown =>
  value === null || value === undefined ? NOTHING : [null, String(value)];

/** The number of a custom field as the seed made it; null on about a third of the issues. */
export function madeNumber(seed: number, place: number, customId: number, type: string): number | null {
  if (hash(seed, SALT.custom, place, customId) % 3 === 0) return null;
  return NUMBERS[type]?.(new Draw(seed, SALT.custom + 1, place, customId)) ?? null;
}

/** By the last part of `schema.custom`. */
export const NUMBERS: Readonly<Record<string, (draw: Draw) => number>> = {
  float: (draw) => (draw.chance(0.5) ? draw.int(0, 100) : Math.round(draw.next() * 1e6) / 100),
  'jsw-story-points': (draw) => draw.pick([0.5, 1, 2, 3, 5, 8, 13]),
};

/** Place of the n-th person that the seed drew for an issue; the first one made it. */
export const madePerson = ({ seed, directory }: Pick<Past, 'seed' | 'directory'>, place: number, n: number): number =>
  hash(seed, SALT.people, place, n) % directory.people.length;

export const madeSummary = (seed: number, place: number): string => summaryOf(new Draw(seed, SALT.text + 50, place));
export const madeLabels = (seed: number, place: number): string[] => labelsOf(new Draw(seed, SALT.text + 150, place));

const points = (customId: number, field: string, type: string): Tracked => ({
  field,
  fieldId: `customfield_${customId}`,
  made: ({ seed }, place) => numberShown(madeNumber(seed, place, customId, type)),
  any: (draw) => (draw.chance(0.3) ? NOTHING : numberShown(NUMBERS[type]?.(draw))),
});

export const TRACKED = {
  assignee: {
    field: 'assignee',
    fieldId: 'assignee',
    made: (past, place) => personShown(past.directory, past.asMade(place, 'assignee')),
    any: (draw, { directory }) =>
      draw.chance(0.2) ? NOTHING : personShown(directory, draw.int(0, directory.people.length - 1)),
  },
  priority: {
    field: 'priority',
    fieldId: 'priority',
    made: (past, place) => namedShown(past.directory.priorities, past.asMade(place, 'priority')),
    any: (draw, { directory: { priorities } }) => namedShown(priorities, draw.int(0, priorities.length - 1)),
  },
  sprint: {
    field: 'Sprint',
    fieldId: 'customfield_10020',
    made: (past, place) => sprintsShown(past.directory, past.carried(place, past.asMade(place, 'sprint'))),
    any: (draw, { directory }) =>
      sprintsShown(directory, draw.chance(0.4) ? [NONE] : [draw.int(0, directory.sprints.length - 1)]),
  },
  summary: {
    field: 'summary',
    fieldId: 'summary',
    made: ({ seed }, place) => [null, madeSummary(seed, place)],
    any: (draw) => [null, summaryOf(draw)],
  },
  labels: {
    field: 'labels',
    fieldId: 'labels',
    made: ({ seed }, place) => [null, madeLabels(seed, place).join(' ')],
    any: (draw) => [null, labelsOf(draw).join(' ')],
  },
  points: points(10_026, 'Story Points', 'float'),
  estimate: points(10_016, 'Story point estimate', 'jsw-story-points'),
} as const satisfies Readonly<Record<string, Tracked>>;

export type TrackedName = keyof typeof TRACKED;
