/** Custom fields as rows: values, options seen, teams, what the development panel counts, and clocks of service management. */
import type { ConnectionTables } from './connection-tables.js';
import { type CustomField, displayName, fieldsOf, membersOf } from './custom-fields.js';
import { issueOf } from './issue-lists.js';
import { PERSON, PresentNames } from './present-names.js';
import { apart, type ShownColumn, type Source, shown, type ViewBody } from './shown-column.js';

const NO_TEXT = 'CAST(NULL AS VARCHAR)';

/** A SELECT of some of the values of one field. */
interface Values {
  readonly from: string;
  readonly place: string;
  readonly value: string;
  readonly id: string;
  /** Of a value that is chosen below another. */
  readonly parent?: string;
  /** Which kind of struct its values are. */
  readonly kind: 'option' | 'named' | 'plain' | 'person';
}

/** One row for each live issue, custom field and value: what tools call CustomFieldsForIssues. */
export function issueFieldValueView(tables: ConnectionTables): ViewBody | null {
  const issue = tables.source('issue_search', 'i');
  const values = valuesIn(tables, issue, () => true);
  if (values === null) return null;
  const names = new PresentNames(tables);
  const person = names.of(PERSON, "CASE WHEN v.kind = 'person' THEN v.value_id END", 'v.value');
  return {
    columns: [
      ...issueColumns(tables),
      text('field_id', 'v.field_id'),
      text('field_name', 'v.field_name'),
      shown('ordinal', 'BIGINT', 'v.ordinal'),
      text('value', person),
      text('value_id', 'v.value_id'),
    ],
    from: `FROM ${values} v${names.joins}`,
  };
}

/** Options that some live issue has or had chosen when it was last read: all that can be known without administering Jira. */
export function fieldOptionSeenView(tables: ConnectionTables): ViewBody | null {
  const issue = tables.source('issue_search', 'i');
  const values = valuesIn(tables, issue, ({ kind }) => kind === 'option');
  if (values === null) return null;
  return {
    columns: [...seenColumns(tables, 'option_id', 'value'), text('parent_id', 'v.parent_id')],
    from: seen(values, 'field_id, value_id, parent_id', 'value_id IS NOT NULL'),
  };
}

/** Values of the field of teams, which is known by its kind where `fields` is read, else by its name. */
export function teamSeenView(tables: ConnectionTables): ViewBody | null {
  const issue = tables.source('issue_search', 'i');
  const field = tables.source('fields', 'f');
  const known = field.has('id') && field.has('schema_custom');
  const values = valuesIn(tables, issue, ({ kind }, { columns }) => {
    return kind === 'named' && (known || displayName(columns).toLowerCase() === 'team');
  });
  if (values === null) return null;
  const kinds = ['com.atlassian.teams:rm-teams-custom-field-team', 'com.atlassian.jpo:jpo-custom-field-team'];
  const ofTeams = `SELECT f.id FROM ${known ? field.rows('live') : ''} WHERE f.schema_custom IN (${kinds.map((kind) => tables.dialect.text(kind)).join(', ')})`;
  return {
    columns: seenColumns(tables, 'team_id', 'team_name'),
    from: seen(values, 'field_id, value_id', `value_id IS NOT NULL${known ? ` AND field_id IN (${ofTeams})` : ''}`),
  };
}

const text = (name: string, sql: string) => shown(name, 'VARCHAR', sql);

/** The issue of a row of `v`, which has the columns of `issue_search` that name it. */
const issueColumns = (tables: ConnectionTables) => issueOf(tables, tables.source('issue_search', 'v'));

const seenColumns = (tables: ConnectionTables, id: string, value: string): readonly ShownColumn[] => [
  text('connection', tables.dialect.text(tables.label)),
  text('field_id', 'v.field_id'),
  text('field_name', 'v.field_name'),
  text(id, 'v.value_id'),
  text(value, 'v.value'),
  shown('issues', 'BIGINT', 'v.issues'),
];

/** Of several spellings of one id the one of the issue that was read last. */
function seen(values: string, by: string, where: string): string {
  const columns = `${by}, min(field_name) AS field_name, max_by(value, synced_at) AS value, count(DISTINCT issue_id) AS issues`;
  return `FROM (SELECT ${columns} FROM ${values} u WHERE ${where} GROUP BY ${by}) v`;
}

/** Of an issue, what its values are told beside. */
const KEPT = ['id', 'key', 'project_key', '_synced_at'];

/** One SELECT for each field, so that a question for one field takes that field's column alone. Null: there are none. */
function valuesIn(
  tables: ConnectionTables,
  source: Source,
  wanted: (values: Values, field: CustomField) => boolean,
): string | null {
  if (!source.has('id')) return null;
  const fields = fieldsOf(source.fields);
  const columns = fields.flatMap((field) => [...field.columns.values()].map(({ name }) => name));
  return source.union([...KEPT, ...columns], (issue) =>
    fields.flatMap((field) => selectsOf(tables, issue, field, wanted)),
  );
}

function selectsOf(
  tables: ConnectionTables,
  issue: Source,
  field: CustomField,
  wanted: (values: Values, field: CustomField) => boolean,
): readonly string[] {
  return valuesOf(tables, issue, field)
    .filter((values) => wanted(values, field))
    .map((values) => {
      const own = [
        ...['id', 'key', 'project_key'].map((name) => issue.sql(name)),
        `${tables.dialect.text(`customfield_${field.number}`)} AS field_id`,
        `${tables.dialect.text(displayName(field.columns) || `customfield_${field.number}`)} AS field_name`,
        `CAST(${values.place} AS BIGINT) AS ordinal`,
        `CAST(${values.value} AS VARCHAR) AS value`,
        `${values.id} AS value_id`,
        `${values.parent ?? NO_TEXT} AS parent_id`,
        `'${values.kind}' AS kind`,
        `${issue.sql('id')} AS issue_id`,
        `${issue.sql('_synced_at', 'TIMESTAMP WITH TIME ZONE')} AS synced_at`,
      ];
      return `SELECT ${own.join(', ')} FROM ${values.from} WHERE ${values.value} IS NOT NULL`;
    });
}

function valuesOf(tables: ConnectionTables, issue: Source, { columns }: CustomField): readonly Values[] {
  const [plain, id, name, words] = (['', 'id', 'name', 'text'] as const).map((part) => columns.get(part)?.name);
  const rows = issue.rows('live');
  const one = { from: rows, place: '1', id: NO_TEXT, kind: 'plain' } as const;
  if (id !== undefined) return [{ ...one, value: issue.sql(name ?? id), id: issue.sql(id), kind: 'person' }];
  if (words !== undefined) return [{ ...one, value: issue.sql(words) }];
  if (plain === undefined) return [];
  const type = columns.get('')?.type;
  const list = typeof type === 'object' && type.kind === 'list';
  const members = membersOf(list ? issue.elementOf(plain) : (type ?? 'string')).map((member) => member.name);
  const word = ['value', 'name'].find((member) => members.includes(member));
  const item = list ? 'i.item' : issue.sql(plain);
  const from = list ? apart(tables, issue, plain, members.includes('id') ? 'id' : '', 'id', KEPT) : rows;
  const place = list ? 'i.place' : '1';
  if (word === undefined) return [{ ...one, from, place, value: list ? `CAST(${item} AS VARCHAR)` : item }];
  const member = (of: string) => (members.includes(of) ? tables.dialect.member(item, of) : NO_TEXT);
  const kind = word === 'value' ? 'option' : 'named';
  const chosen: Values = { from, place, value: member(word), id: member('id'), kind };
  if (!members.includes('child_value')) return [chosen];
  return [
    chosen,
    { ...chosen, place: '2', value: member('child_value'), id: member('child_id'), parent: member('id') },
  ];
}

const KINDS = ['pullrequest', 'branch', 'repository', 'build', 'review', 'deployment-environment'];

/** What the field *Development* counts: one row for each issue and kind that it has some of. */
export function developmentSummaryView(tables: ConnectionTables): ViewBody | null {
  const issue = tables.source('issue_search', 'i');
  const field = fieldsOf(issue.fields).find(({ columns }) => displayName(columns) === 'Development');
  const column = field?.columns.get('')?.name;
  if (!issue.has('id') || column === undefined) return null;
  const { dialect } = tables;
  // `{pullrequest={…}, json={"cachedValue":{"summary":{…}},"isStale":true}}`: no JSON but for the end.
  const json = dialect.json(dialect.captured(`CAST(${issue.sql(column)} AS VARCHAR)`, 'json=([{].*[}])[}]'));
  const rows = KINDS.map((kind) => {
    const at = (member: string) => dialect.jsonText(json, ['cachedValue', 'summary', kind, 'overall', member]);
    const own = ['id', 'key', 'project_key'].map((name) => issue.sql(name)).join(', ');
    const counted = `TRY_CAST(${at('count')} AS BIGINT)`;
    return `SELECT ${own}, '${kind}' AS kind, ${counted} AS counted, ${at('state')} AS state, ${at('lastUpdated')} AS last_updated FROM ${issue.rows('live')} WHERE ${counted} > 0`;
  });
  return {
    columns: [
      ...issueColumns(tables),
      text('kind', 'v.kind'),
      shown('count', 'BIGINT', 'v.counted'),
      text('state', 'v.state'),
      text('last_updated', 'v.last_updated'),
    ],
    from: `FROM (${rows.join(' UNION ALL ')}) v`,
  };
}

/** Clocks of service management: one row for each issue, metric and cycle. Jira's own figures, nothing is computed. */
export function requestSlaView(tables: ConnectionTables): ViewBody | null {
  const issue = tables.source('issue_search', 'i');
  const texts = fieldsOf(issue.fields).filter(
    ({ columns }) => columns.size === 1 && columns.get('')?.type === 'string',
  );
  if (!issue.has('id') || texts.length === 0) return null;
  const columns = texts.map((field) => field.columns.get('')?.name ?? '');
  const cycles = issue.union([...KEPT, ...columns], (base) => texts.flatMap((field) => cyclesOf(tables, base, field)));
  if (cycles === null) return null;
  const of = (member: string, part?: string) =>
    tables.dialect.jsonText('v.cycle', part === undefined ? [member] : [member, part]);
  const number = (name: string, member: string) => shown(name, 'BIGINT', `TRY_CAST(${of(member, 'millis')} AS BIGINT)`);
  const moment = (name: string, member: string) =>
    shown(name, TIMESTAMP, tables.dialect.moment(`TRY_CAST(${of(member, 'epochMillis')} AS BIGINT)`));
  const flag = (name: string, member: string) => shown(name, 'BOOLEAN', `${of(member)} = 'true'`);
  return {
    columns: [
      ...issueColumns(tables),
      text('field_id', 'v.field_id'),
      text('sla_name', 'v.field_name'),
      shown('cycle', 'BIGINT', 'v.cycle_number'),
      shown('ongoing', 'BOOLEAN', 'v.ongoing'),
      moment('started', 'startTime'),
      moment('stopped', 'stopTime'),
      moment('breach_time', 'breachTime'),
      flag('breached', 'breached'),
      flag('paused', 'paused'),
      flag('within_calendar_hours', 'withinCalendarHours'),
      number('goal_ms', 'goalDuration'),
      number('elapsed_ms', 'elapsedTime'),
      number('remaining_ms', 'remainingTime'),
      // A running clock moves without any change of its issue.
      shown('as_of', TIMESTAMP, 'v.as_of'),
    ],
    from: `FROM ${cycles} v`,
  };
}

const TIMESTAMP = 'TIMESTAMP WITH TIME ZONE';

function cyclesOf({ dialect }: ConnectionTables, issue: Source, { number, columns }: CustomField): readonly string[] {
  const column = columns.get('')?.name ?? '';
  const keep = ['id', 'key', 'project_key'].map((name) => issue.sql(name));
  const named = [
    `${dialect.text(`customfield_${number}`)} AS field_id`,
    `${dialect.text(displayName(columns) || `customfield_${number}`)} AS field_name`,
    `${issue.sql('_synced_at', TIMESTAMP)} AS as_of`,
  ];
  // Other texts are no JSON, or have no cycles.
  const sla = `CASE WHEN ${issue.sql(column)} LIKE '{%Cycle%' THEN ${dialect.json(issue.sql(column))} END`;
  const completed = dialect.jsonAt(sla, ['completedCycles']);
  const ongoing = dialect.jsonAt(sla, ['ongoingCycle']);
  const ended = dialect.jsonApart({ rows: issue.rows('live'), keep: [...keep, ...named], json: completed });
  return [
    `SELECT id, key, project_key, field_id, field_name, as_of, item AS cycle, CAST(place AS BIGINT) AS cycle_number, false AS ongoing FROM ${ended} e`,
    `SELECT id, key, project_key, field_id, field_name, as_of, cycle, CAST(NULL AS BIGINT) AS cycle_number, true AS ongoing ` +
      `FROM (SELECT ${[...keep, ...named, `${ongoing} AS cycle`].join(', ')} FROM ${issue.rows('live')}) r WHERE cycle IS NOT NULL`,
  ];
}
