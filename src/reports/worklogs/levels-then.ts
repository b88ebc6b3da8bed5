/** Levels as they were when the work began: by the history of their field, where there is one. */
import { literal } from '../../core/quote.js';
import { fieldFollowed } from '../issue-fields.js';
import type { Sources } from '../sources.js';
import { LEVEL_NAMES, type Level } from './levels.js';

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
const isOneOfChangelog = (name: string, level: Level): level is Level & { readonly field: string } =>
  level.field !== undefined && level.isList !== true && byId(name) === undefined;

/** Data Center gives changes no id of their field. */
const isOf = (field: string) => `coalesce(h.field_id, lower(h.field)) = ${literal(field)}`;

/** What tells a level, as a condition on a row `h` of a history; null where nothing does; undefined where it needs none. */
export async function historyOf(sources: Sources, name: string, level: Level): Promise<string | null | undefined> {
  if (UNCHANGING.includes(name)) return undefined;
  if (isOneOfChangelog(name, level)) return sources.has('history') ? isOf(level.field) : null;
  const field = byId(name)?.field ?? level.field;
  // A level may be called like a column of a custom field, and be another thing.
  return field === undefined && LEVEL_NAMES.includes(name) ? null : fieldFollowed(sources, name, field);
}

/**
 * @param history of `historyOf`
 * @param issue the id of the issue whose field it is
 * @param alias for a join
 */
export function levelThen(name: string, level: Level, history: string, issue: string, alias: string): LevelThen {
  if (isOneOfChangelog(name, level)) return bySteps(level, history, issue, alias);
  const known = byId(name);
  // Work may be logged of a time before the issue was made: then its first values hold.
  const at = 'greatest(w.started, coalesce(i.created, w.started))';
  const told = (value: string, join = '') =>
    `(SELECT ${value} FROM main.field_history h${join} WHERE ${history} AND h._connection = w._connection AND h.issue_id = ${issue}
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
function bySteps(level: Level, history: string, issue: string, alias: string): LevelThen {
  const then = (sql: string) => `CASE WHEN ${alias}.changed IS NULL THEN ${sql} ELSE ${alias}.from_text END`;
  return {
    level: { ...level, key: then(level.key), label: then(level.label) },
    join:
      ` ASOF LEFT JOIN (SELECT h._connection, h.issue_id, h.changed, h.from_text FROM main.history h WHERE ${history}) ${alias}` +
      ` ON ${alias}._connection = w._connection AND ${alias}.issue_id = ${issue} AND w.started < ${alias}.changed`,
  };
}
