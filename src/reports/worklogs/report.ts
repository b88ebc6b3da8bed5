/** One worklog report: what it counted and how, its grid, and its worklogs, all from one set of rows. */
import { ConnectorError } from '../../core/errors.js';
import { identifier } from '../../core/quote.js';
import { type Row, type Sources, valueRows } from '../sources.js';
import type { WorklogsAsked } from './asked.js';
import { NO_VALUE, type Pivot, type PivotCell, pivotOf } from './pivot.js';
import { idSite, reportRows } from './rows-sql.js';

export interface Totals {
  readonly worklogs: number;
  /** As they were logged. */
  readonly seconds: number;
  /** After rounding. */
  readonly counted: number;
  readonly people: number;
  readonly issues: number;
  /** Worklogs whose author has no known zone: the connection's was taken. */
  readonly fellBack: number;
  readonly restricted: number;
  /** Cost by currency. */
  readonly cost: ReadonlyMap<string, number>;
  /** Worklogs without a rate, where rates were given. */
  readonly unpriced: number;
}

export interface PersonTotals {
  /** Of the account; of a Data Center behind its connection. */
  readonly id: string;
  readonly name: string;
  readonly seconds: number;
  readonly worklogs: number;
  /** Whether the account is an app's. */
  readonly isApp: boolean;
}

export interface PersonDays extends PersonTotals {
  /** Seconds by day. */
  readonly days: ReadonlyMap<string, number>;
}

/** Of a grid, in memory. */
const MOST_CELLS = 100_000;
/** Of one level, which cannot be left out: of the people of a large site by the day, some hundred thousand are drawn. */
const MOST_OF_ONE_LEVEL = 500_000;

export class WorklogReport {
  readonly #with: string;

  constructor(
    private readonly sources: Sources,
    readonly asked: WorklogsAsked,
  ) {
    this.#with = reportRows(sources, asked);
  }

  /** The same tables, asked for something else. */
  with(other: Partial<WorklogsAsked>): WorklogReport {
    return new WorklogReport(this.sources, { ...this.asked, ...other });
  }

  async totals(): Promise<Totals> {
    const priced = this.asked.rates.length > 0;
    const [row] = await this.sources.rows(
      `${this.#with} SELECT count(*) AS worklogs, coalesce(sum(seconds), 0)::BIGINT AS seconds, coalesce(sum(counted), 0)::BIGINT AS counted,` +
        ' count(DISTINCT id_site || author_id) AS people, count(DISTINCT (_connection, issue_id)) AS issues,' +
        ' count(*) FILTER (fell_back) AS fell_back, count(visibility_type) AS restricted,' +
        ` ${priced ? 'count(*) FILTER (cost IS NULL)' : '0'} AS unpriced FROM report`,
    );
    const costs = priced
      ? await this.sources.rows(
          `${this.#with} SELECT currency, sum(cost) AS cost FROM report WHERE cost IS NOT NULL GROUP BY ALL ORDER BY ALL`,
        )
      : [];
    const number = (name: string) => Number(row?.[name] ?? 0);
    return {
      ...{ worklogs: number('worklogs'), seconds: number('seconds'), counted: number('counted') },
      ...{ people: number('people'), issues: number('issues'), fellBack: number('fell_back') },
      ...{ restricted: number('restricted'), unpriced: number('unpriced') },
      cost: new Map(costs.map((each) => [String(each.currency), Number(each.cost)])),
    };
  }

  /** The last day that work was ever logged on; null: none. */
  async lastDay(): Promise<string | null> {
    const ever = this.with({ span: { start: '1970-01-01', end: '9000-12-31' }, by: [], columns: 'none' });
    const [row] = await this.sources.rows(`${ever.#with} SELECT max(day)::VARCHAR AS last FROM report`);
    return typeof row?.last === 'string' ? row.last : null;
  }

  /**
   * Of a grid too large for a screen or a workbook the last levels are left out: `levels` are those that it has.
   * @throws ConnectorError kind `usage` when the first level alone has more than that
   */
  async pivot(most = MOST_CELLS, mostOfOne = MOST_OF_ONE_LEVEL): Promise<Pivot> {
    for (let count = this.asked.by.length; ; count--) {
      const levels = Array.from({ length: count }, (_, index) => index + 1);
      if (count > 1 && (await this.#hasMoreCells(levels, most))) continue;
      const by = this.asked.by.slice(0, count);
      const cells = await this.#cells(levels, mostOfOne + 1);
      if (cells.length <= mostOfOne) return pivotOf(cells, { ...this.asked, by });
      throw new ConnectorError(
        'usage',
        `The grid by ${[...by, this.asked.columns].join(', ')} would have more than ${mostOfOne.toLocaleString('en')} cells: take coarser --columns, such as month, or a shorter period; --format csv has every worklog.`,
      );
    }
  }

  /** Asked before the cells are: a hundred thousand of them take more memory than the rest of the report. */
  async #hasMoreCells(levels: readonly number[], most: number): Promise<boolean> {
    const [row] = await this.sources.rows(
      `${this.#with} SELECT count(*) AS cells FROM (SELECT 1 FROM report GROUP BY ${cellKeys(levels)} LIMIT ${most + 1})`,
    );
    return Number(row?.cells) > most;
  }

  async #cells(levels: readonly number[], most: number): Promise<readonly PivotCell[]> {
    const labels = levels.map((level) => `arg_max(label${level}, started) AS label${level}`);
    const rows = await this.sources.rows(
      `${this.#with} SELECT ${[cellKeys(levels), ...labels].join(', ')}, sum(counted)::BIGINT AS seconds, count(*) AS worklogs` +
        // The first cell of a row names it: what was renamed has its last name.
        ` FROM report GROUP BY ${cellKeys(levels)} ORDER BY max(started) DESC LIMIT ${most}`,
    );
    return rows.map((row) => cellOf(row, levels));
  }

  async people(): Promise<readonly PersonTotals[]> {
    return (await this.#people('')).map(personOf);
  }

  /** The days of a thousand people in a year are more than their names: for who shows them. */
  async peopleByDay(): Promise<readonly PersonDays[]> {
    const days = ', list(CAST(day AS VARCHAR) ORDER BY day) AS days, list(seconds ORDER BY day) AS day_seconds';
    return (await this.#people(days)).map((row) => ({
      ...personOf(row),
      days: new Map(listOf(row.days).map((day, index) => [String(day), Number(listOf(row.day_seconds)[index])])),
    }));
  }

  async #people(more: string): Promise<readonly Row[]> {
    const kind = this.sources.has('users_search_all', 'account_type')
      ? "(SELECT bool_or(u.account_type = 'app') FROM main.users_search_all u WHERE u._connection = any_value(r._connection) AND u.account_id = r.author_id)"
      : 'false';
    return this.sources.rows(
      `${this.#with}, by_day AS (SELECT id_site || author_id AS id, author_id, day, any_value(_connection) AS _connection, arg_max(author_name, started) AS name, sum(counted)::BIGINT AS seconds, count(*) AS worklogs FROM report GROUP BY id_site, author_id, day)` +
        ` SELECT id, coalesce(arg_max(name, day), author_id) AS name, sum(seconds)::BIGINT AS seconds, sum(worklogs)::BIGINT AS worklogs,` +
        ` ${kind} AS is_app${more} FROM by_day r GROUP BY id, author_id ORDER BY name, id`,
    );
  }

  /** The people asked for by name or group, whether they logged or not; none when nobody was named. */
  async namesOfScope(): Promise<readonly { readonly id: string; readonly name: string }[]> {
    const { people } = this.asked.scope;
    if (people === null || people.length === 0) return [];
    const named = this.sources.has('users_search_all')
      ? ' LEFT JOIN main.users_search_all u ON u._connection = p._connection AND u.account_id = p.id'
      : '';
    const name = this.sources.column('u', 'users_search_all', 'display_name');
    const rows = await this.sources.rows(
      `SELECT ${idSite(this.sources, 'p._connection')} || p.id AS own, coalesce(max(${name}), p.id) AS name FROM ${valueRows(people, 2)} p(_connection, id)${named} GROUP BY own, p.id ORDER BY name, own`,
    );
    return rows.map((row) => ({ id: String(row.own), name: String(row.name) }));
  }

  /**
   * Worklogs in the order of the endpoint this stands for: by project, number of the issue, beginning, id.
   * @param withIssue with what JSON says of the issue
   * @param most only the first, with the keys of their levels and the grid's column
   */
  worklogs(withIssue = false, most?: number): AsyncIterable<readonly Row[]> {
    const there = withIssue && this.sources.has('issue');
    const issue = there
      ? ISSUE_COLUMNS.map((name) => `, ${this.sources.column('o', 'issue', name)} AS ${identifier(name)}`).join('')
      : '';
    const join = there ? ' LEFT JOIN main.issue o ON o._connection = r._connection AND o.id = r.issue_id' : '';
    // Levels and columns are the grid's: here they would be sorted along with a million rows.
    const rows = most === undefined ? reportRows(this.sources, { ...this.asked, by: [], columns: 'none' }) : this.#with;
    return this.sources.stream(
      `${rows} SELECT r.* EXCLUDE (fell_back, on_weekend, id_site${most === undefined ? ', pivot_column' : ''})${issue} FROM report r${join}` +
        " ORDER BY r._connection, regexp_extract(r.issue_key, '^(.*)-\\d+$', 1)," +
        " TRY_CAST(regexp_extract(r.issue_key, '-(\\d+)$', 1) AS BIGINT), r.issue_id, r.started, r.worklog_id" +
        (most === undefined ? '' : ` LIMIT ${most}`),
    );
  }
}

/** What JSON says of an issue beside the columns of a worklog. */
const ISSUE_COLUMNS = [
  ...['issue_type_id', 'issue_type_subtask', 'project_id', 'project_category_id', 'priority_id', 'priority_name'],
  ...[
    'resolution_id',
    'resolution_name',
    'status_id',
    'status_category_id',
    'status_category_key',
    'status_category_name',
  ],
  'issue_links',
] as const;

const cellKeys = (levels: readonly number[]): string =>
  [...levels.map((level) => `key${level}`), 'pivot_column'].join(', ');

const personOf = (row: Row): PersonTotals => ({
  ...{ id: String(row.id), name: String(row.name ?? row.id) },
  ...{ seconds: Number(row.seconds), worklogs: Number(row.worklogs), isApp: row.is_app === true },
});

function cellOf(row: Row, levels: readonly number[]): PivotCell {
  return {
    path: levels.map((level) => ({
      key: String(row[`key${level}`] ?? ''),
      label: String(row[`label${level}`] ?? '') || NO_VALUE,
    })),
    column: String(row.pivot_column ?? ''),
    seconds: Number(row.seconds),
    worklogs: Number(row.worklogs),
  };
}

const listOf = (value: Row[string] | undefined): readonly unknown[] => (Array.isArray(value) ? value : []);
