/** Levels as they were when the work began: by the history of their field, where there is one. */
import { literal } from '../../core/quote.js';
import { fieldFollowed } from '../issue-fields.js';
import type { Sources } from '../sources.js';
import type { Level } from './levels.js';

/** How a level is told of a moment: joins that the statement needs, and what the level is with them. */
export interface LevelThen {
  readonly level: Level;
  readonly join: string;
}

/** Of an issue's lineage only the parent has a history; a project is known by its id. */
const BY_ID: Readonly<Record<string, { readonly field: string; readonly label: string; readonly join: string }>> = {
  parent: {
    field: 'parent',
    label: "concat_ws(' ', coalesce(p.key, h.value), p.summary)",
    join: ' LEFT JOIN main.issue p ON p._connection = h._connection AND p.id = h.value_id',
  },
  project: { field: 'project', label: 'h.value', join: '' },
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

/** One value of the system, of which each change tells the one before. */
const isOneOfChangelog = (name: string, { field, isList }: Level) =>
  field !== undefined && isList !== true && byId(name) === undefined;

/** The field whose history tells a level; null where none is known; undefined where it needs none. */
export async function historyOf(sources: Sources, name: string, level: Level): Promise<string | null | undefined> {
  if (UNCHANGING.includes(name)) return undefined;
  if (isOneOfChangelog(name, level)) return sources.has('history') ? level.field : null;
  return fieldFollowed(sources, name, byId(name)?.field ?? level.field);
}

/**
 * @param field of `historyOf`
 * @param issue the id of the issue whose field it is
 * @param alias for a join
 */
export function levelThen(name: string, level: Level, field: string, issue: string, alias: string): LevelThen {
  if (isOneOfChangelog(name, level)) return bySteps(level, issue, alias);
  const known = byId(name);
  // Work may be logged of a time before the issue was made: then its first values hold.
  const at = 'greatest(w.started, coalesce(i.created, w.started))';
  const told = (value: string, join = '') =>
    `(SELECT ${value} FROM main.field_history h${join} WHERE h.field_id = ${literal(field)} AND h._connection = w._connection AND h.issue_id = ${issue}
      AND h.valid_from <= ${at} AND (h.valid_until IS NULL OR h.valid_until > ${at}))`;
  if (known !== undefined)
    return {
      level: {
        ...level,
        key: `w._connection || '|' || ${told('any_value(h.value_id)')}`,
        label: told(`any_value(${known.label})`, known.join),
      },
      join: '',
    };
  const all = told("string_agg(h.value, ', ' ORDER BY h.value)");
  return { level: { ...level, key: all, label: all }, join: '' };
}

/** What the oldest later change took away, else the present value. */
function bySteps(level: Level, issue: string, alias: string): LevelThen {
  const then = (sql: string) => `CASE WHEN ${alias}.changed IS NULL THEN ${sql} ELSE ${alias}.from_text END`;
  return {
    level: { ...level, key: then(level.key), label: then(level.label) },
    join:
      ` ASOF LEFT JOIN (SELECT _connection, issue_id, changed, from_text FROM main.history WHERE field_id = ${literal(level.field ?? '')}) ${alias}` +
      ` ON ${alias}._connection = w._connection AND ${alias}.issue_id = ${issue} AND w.started < ${alias}.changed`,
  };
}
