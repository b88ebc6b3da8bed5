/**
 * Names as they are today. Renaming a status, a project or a person touches no issue, so rows keep the old name until they
 * change: by id, the small table knows better, where it is read.
 */
import type { ConnectionTables } from './connection-tables.js';
import { isCustom } from './custom-fields.js';
import { type ShownColumn, type Source, shown } from './shown-column.js';

/** Where the name of what an id means stands: table, its key, its name. */
interface Named {
  readonly table: string;
  readonly key: string;
  readonly name: string;
}

const named = (table: string): Named => ({ table, key: 'id', name: 'name' });
export const PERSON: Named = { table: 'users_search', key: 'account_id', name: 'display_name' };

/** By the stem of a pair of columns: `status_id`, `status_name`. */
const PAIRS: Readonly<Record<string, Named>> = {
  status: named('statuses'),
  status_category: named('status_categories'),
  issue_type: named('issue_types'),
  priority: named('priorities'),
  resolution: named('resolutions'),
  project: named('project_search'),
  project_category: named('project_categories'),
  security_level: named('issue_security_levels'),
  component: named('project_components'),
  version: named('project_versions'),
  group: { table: 'groups', key: 'group_id', name: 'name' },
  assignee: PERSON,
  reporter: PERSON,
  creator: PERSON,
  author: PERSON,
  user: PERSON,
};

/** Lists inside issues whose elements have id and name. */
const LISTS: Readonly<Record<string, string>> = {
  components: 'project_components',
  fix_versions: 'project_versions',
  affects_versions: 'project_versions',
};

/** Collects the joins that the names of one view need. */
export class PresentNames {
  readonly #joins: string[] = [];

  constructor(private readonly tables: ConnectionTables) {}

  /** To follow the view's own tables in FROM. */
  get joins(): string {
    return this.#joins.join('');
  }

  /** A column of a source: the present name when it is the name of a pair, else as it is. */
  column(from: Source, column: string, as = column): ShownColumn {
    const sent = from.column(as, column);
    const stem = /^(?<stem>\w+)_name$/.exec(column)?.groups?.stem ?? '';
    const kind = isCustom({ name: column }) ? PERSON : PAIRS[stem];
    if (!kind || !from.has(column) || !from.has(`${stem}_id`)) return sent;
    return shown(as, 'VARCHAR', this.of(kind, from.sql(`${stem}_id`), sent.sql), sent.doc);
  }

  /** @param kind the stem of a pair, or where its name stands @returns the present name, else what was sent */
  of(kind: string | Named, id: string, sent: string): string {
    const where = typeof kind === 'string' ? PAIRS[kind] : kind;
    if (!where) return sent;
    const small = this.tables.source(where.table, `n${this.#joins.length}`);
    if (!small.has(where.key) || !small.has(where.name)) return sent;
    this.#joins.push(` LEFT JOIN ${small.rows('live')} ON ${small.sql(where.key)} = ${id}`);
    return `coalesce(${small.sql(where.name)}, ${sent})`;
  }

  /** A list of an issue: in each element the present name. */
  list(issue: Source, column: string): ShownColumn {
    const sent = issue.column(column);
    const small = this.tables.source(LISTS[column] ?? '', 's');
    if (!small.has('id') || !small.has('name')) return sent;
    const select = `SELECT s.id AS id, ${small.sql('name')} AS value FROM ${small.rows('live')}`;
    return { ...sent, sql: this.tables.dialect.updated(sent.sql, { name: this.#lookup(select) }) };
  }

  /**
   * Present names and states of sprints: closing one does not touch its issues, which still call it active.
   * @returns lookups by member; empty where `board_sprints` is not read
   */
  sprints(): Readonly<Record<string, string>> {
    const sprint = this.tables.source('board_sprints', 's');
    const members = sprint.has('id') ? ['name', 'state'].filter((member) => sprint.has(member)) : [];
    return Object.fromEntries(members.map((member) => [member, this.#lookup(latest(sprint, member))]));
  }

  #lookup(select: string): string {
    const alias = `n${this.#joins.length}`;
    this.#joins.push(` CROSS JOIN (${this.tables.dialect.lookup(select)}) ${alias}`);
    return `${alias}.found`;
  }

  isList(column: string): boolean {
    return column in LISTS;
  }
}

/** A board that could not be read keeps what it knew: the row written last counts. */
export const latest = (sprint: Source, member: string): string =>
  `SELECT s.id AS id, max_by(${sprint.sql(member)}, ${sprint.sql('_synced_at')}) AS value ` +
  `FROM ${sprint.rows('live')} WHERE ${sprint.sql(member)} IS NOT NULL GROUP BY s.id`;
