/** Levels as they were when the work began: by the history of their field, where there is one. */
import { literal } from '../../core/quote.js';
import { fieldFollowed, presentNames } from '../issue-fields.js';
import { type IssueLevel, levelOfColumn } from '../issue-level-words.js';
import type { Sources } from '../sources.js';
import type { Level } from './levels.js';

/** How a level is told of a moment: joins that the statement needs, and what the level is with them. */
export interface LevelThen {
  readonly level: Level;
  readonly join: string;
}

/** What the value of a row `h` is called now, else was called then. */
const VALUE = 'coalesce(known.name, h.value)';

/** Words of timesheets for what issues have by key: of an issue's lineage only the parent has a history. */
const BY_ID: Readonly<Record<string, { readonly level: IssueLevel; readonly label: string; readonly join: string }>> = {
  parent: {
    level: levelOfColumn('parent_key'),
    label: "concat_ws(' ', coalesce(p.key, h.value), p.summary)",
    join: ' LEFT JOIN main.issue p ON p._connection = h._connection AND p.id = h.value_id',
  },
  project: { level: levelOfColumn('project_name'), label: VALUE, join: '' },
};

/** Of levels that are not of an issue's fields: what is asked of them is no different then. */
const UNCHANGING = [
  'person',
  'issue',
  'group',
  'connection',
  'day',
  'week',
  'month',
  'restricted',
  'comment-word',
  'label-tag',
];

const byId = (name: string) => (Object.hasOwn(BY_ID, name) ? BY_ID[name] : undefined);

/** One value of the system that each change tells by id and name; parents and projects have keys, too. */
const isPair = (level: IssueLevel | undefined): level is IssueLevel & { readonly field: string } =>
  level?.field !== undefined && level.field !== 'project' && level.column.endsWith('_name');

/** Data Center gives changes no id of their field. */
const isOf = (field: string) => `coalesce(h.field_id, lower(h.field)) = ${literal(field)}`;

/** What tells a level, as a condition on a row `h` of a history; null where nothing does; undefined where it needs none. */
export async function historyOf(sources: Sources, name: string, level: Level): Promise<string | null | undefined> {
  if (UNCHANGING.includes(name)) return undefined;
  if (isPair(level.ofIssue)) return sources.has('history') ? isOf(level.ofIssue.field) : null;
  const told = byId(name)?.level ?? level.ofIssue;
  return told === undefined ? null : fieldFollowed(sources, told);
}

/** Of one level of a report. */
export interface ThenAsked {
  readonly name: string;
  readonly level: Level;
  /** Of `historyOf`. */
  readonly history: string;
  /** The id of the issue whose field it is. */
  readonly issue: string;
  /** For a join. */
  readonly alias: string;
}

export function levelThen(sources: Sources, asked: ThenAsked): LevelThen {
  const { name, level, history, issue } = asked;
  if (isPair(level.ofIssue)) return bySteps(sources, level.ofIssue, asked);
  const known = byId(name);
  const column = known?.level ?? level.ofIssue ?? levelOfColumn(name);
  // Work may be logged of a time before the issue was made: then its first values hold.
  const at = 'greatest(w.started, coalesce(i.created, w.started))';
  const names = ` LEFT JOIN ${presentNames(sources, column)} known ON known._connection = h._connection AND known.id = h.value_id`;
  const told = (value: string, join = '') =>
    `(SELECT ${value} FROM main.field_history h${names}${join} WHERE ${history} AND h._connection = w._connection AND h.issue_id = ${issue}
      AND h.valid_from <= ${at} AND (h.valid_until IS NULL OR h.valid_until > ${at}))`;
  if (known === undefined) {
    const all = told(`string_agg(${VALUE}, ', ' ORDER BY ${VALUE})`);
    return { level: { ...level, key: all, label: all }, join: '' };
  }
  const key = `w._connection || '|' || ${told('any_value(h.value_id)')}`;
  return { level: { ...level, key, label: told(`any_value(${known.label})`, known.join) }, join: '' };
}

/** What the oldest later change took away, else the present value. */
function bySteps(
  sources: Sources,
  { id, ...column }: IssueLevel,
  { level, history, issue, alias }: ThenAsked,
): LevelThen {
  const then = (now: string, before: string) => `CASE WHEN ${alias}.changed IS NULL THEN ${now} ELSE ${before} END`;
  const label = `coalesce(${alias}n.name, ${alias}.from_text)`;
  return {
    level: {
      ...level,
      key: then(level.key, id === undefined ? label : `coalesce(w.id_site || ${alias}.from_id, ${label})`),
      label: then(level.label, label),
    },
    join:
      ` ASOF LEFT JOIN (SELECT h._connection, h.issue_id, h.changed, h.from_id, h.from_text FROM main.history h WHERE ${history}) ${alias}` +
      ` ON ${alias}._connection = w._connection AND ${alias}.issue_id = ${issue} AND w.started < ${alias}.changed` +
      ` LEFT JOIN ${presentNames(sources, column)} ${alias}n ON ${alias}n._connection = ${alias}._connection AND ${alias}n.id = ${alias}.from_id`,
  };
}
