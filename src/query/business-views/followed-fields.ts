/**
 * Which fields `field_history` follows: those of the system that a table of issues has, and custom fields that hold one number, text,
 * day, option or person. Rich text, moments and lists of custom fields are left out: their changes are spelled unlike their values.
 */
import { displayName, fieldsOf, membersOf } from './custom-fields.js';
import type { Followed } from './field-steps.js';
import type { FollowedSet } from './set-stays.js';
import type { Source } from './shown-column.js';
import { numbersFollowed, sprintsFollowed } from './sprint-steps.js';

const pair = (field: string, stem: string, called = field.toLowerCase(), word = 'name'): Followed => ({
  ...{ field, called, kind: 'id' },
  ...{ id: `${stem}_id`, text: `${stem}_${word}` },
});
const plain = (field: string, column: string, kind: 'text' | 'day' | 'number' = 'text'): Followed => ({
  ...{ field, kind, id: column, text: column },
});
const list = (field: string, called: string, column: string): Followed => ({
  ...{ field, called, kind: 'element', id: column, text: column },
});

const SYSTEM: readonly Followed[] = [
  pair('status', 'status'),
  pair('assignee', 'assignee'),
  pair('reporter', 'reporter'),
  pair('priority', 'priority'),
  pair('resolution', 'resolution'),
  pair('issuetype', 'issue_type'),
  pair('project', 'project'),
  pair('security', 'security_level'),
  plain('summary', 'summary'),
  plain('duedate', 'due_date', 'day'),
  plain('timeoriginalestimate', 'original_estimate_seconds', 'number'),
  plain('timeestimate', 'remaining_estimate_seconds', 'number'),
  list('components', 'component', 'components'),
  list('fixVersions', 'fix version', 'fix_versions'),
  list('versions', 'version', 'affects_versions'),
];
/** Team-managed projects call its changes so and give no id. */
const PARENT: Followed = {
  ...{ field: 'parent', called: 'issueparentassociation', byName: true },
  ...{ kind: 'id', id: 'parent_id', text: 'parent_key' },
};

export function fieldsFollowed(issue: Source): readonly Followed[] {
  const system = [...SYSTEM, PARENT];
  // Without an id, a change of *Status* is one of the system's field, whatever custom field is called so.
  const taken = new Set(['labels', 'sprint', ...system.map(({ field, called = field }) => called)]);
  const custom = customFollowed(issue).map((one) =>
    taken.has(one.called ?? '') ? { ...one, called: one.field } : one,
  );
  return [...system.filter(({ id }) => issue.has(id)), ...custom];
}

/** Fields whose changes carry whole sets: labels by words, sprints by ids. */
export function setsFollowed(issue: Source): readonly FollowedSet[] {
  const labels = issue.has('labels') ? 'labels' : null;
  return [{ field: 'labels', told: 'text', separator: ' ', column: labels }, sprintsFollowed(issue)];
}

function customFollowed(issue: Source): readonly Followed[] {
  const numbers = numbersFollowed(issue);
  const others = fieldsOf(issue.fields).flatMap(({ number, columns }): readonly Followed[] => {
    const field = `customfield_${number}`;
    const whole = columns.get('');
    const [id, name] = [columns.get('id')?.name, columns.get('name')?.name];
    const own = { field, called: displayName(columns).toLowerCase() || field, sparse: true } as const;
    if (id !== undefined) return [{ ...own, kind: 'id', id, text: name ?? id }];
    // The order of the backlog: its changes tell that an issue moved, not where to.
    if (whole === undefined || columns.size > 1 || own.called === 'rank') return [];
    const one = { ...own, id: whole.name, text: whole.name };
    if (whole.type === 'string') return [{ ...one, kind: 'text' }];
    if (whole.type === 'date') return [{ ...one, kind: 'day' }];
    const members = membersOf(whole.type).map((member) => member.name);
    return members.includes('id') && !members.includes('child_value') ? [{ ...one, kind: 'id' }] : [];
  });
  return [...numbers, ...others];
}
