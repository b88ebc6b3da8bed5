// Prints, as JSON, the SQL that `connector snowflake` makes for both ways in, over tables with every kind of column and awkward names.
import { grants } from '../../dist/src/query/snowflake/grants.js';
import { refresh, setup } from '../../dist/src/query/snowflake/setup.js';
import { views } from '../../dist/src/query/snowflake/views.js';

const struct = (...names) => ({ kind: 'struct', fields: names.map((name) => ({ name, type: 'string' })) });
const list = (element) => ({ kind: 'list', element });
const field = (name, type = 'string', doc = undefined) => ({ name, type, doc });
const system = ['_synced_at', '_deleted_at', '_deleted_reason', '_extra'].map((name) => field(name));

const table = (name, fields) => ({
  namespace: 'acme',
  name,
  schema: { fields: [...fields, ...system] },
  properties: { 'connector.state': JSON.stringify({ site: "https://acme.example.com/it's" }) },
  history: [],
  metadataLocation: `s3://lake/it's/acme/${name}/metadata/v7.metadata.json`,
});
const tables = [
  table('issue_search', [
    ...[
      'id',
      'key',
      'summary',
      'project_key',
      'order',
      'parent_key',
      'created',
      'updated',
      'status_id',
      'status_name',
    ].map((name) => field(name)),
    field('issue_type_hierarchy_level', 'int'),
    field('fix_versions', list(struct('id', 'name'))),
    field('customfield_10016', 'double', 'Story Points'),
    field('customfield_10026', 'double', 'Story Points'),
    field('customfield_10032', struct('id', 'value'), 'Severity "high"'),
    field('customfield_10033', list(struct('id', 'value')), "Zielmärkte; DROP TABLE x --'"),
    field('customfield_10034', struct('id', 'value', 'child_id', 'child_value'), 'Region'),
    field('customfield_10020', list(struct('id', 'name', 'state', 'start_date')), 'Sprint'),
    field('customfield_10035_id', 'string', 'Reviewer (account id)'),
    field('customfield_10035_name', 'string', 'Reviewer (name)'),
    field('customfield_10050', 'string', '優先顧客'),
  ]),
  table(
    'issue_worklog',
    ['id', 'issue_id', 'author_id', 'author_name', 'started', 'started_date', 'time_spent_seconds'].map((name) =>
      field(name),
    ),
  ),
  table(
    'users_search',
    ['account_id', 'display_name', 'time_zone'].map((name) => field(name)),
  ),
  table('myself', [field('time_zone')]),
  table('server_info', [field('server_time_zone')]),
  table(
    'issue_comments',
    ['id', 'issue_id', 'body_text'].map((name) => field(name)),
  ),
  table('issue_changelog', [
    ...['id', 'issue_id', 'created', 'author_id'].map((name) => field(name)),
    field('items', list(struct('field', 'field_id', 'from_value', 'from_string', 'to_value', 'to_string'))),
  ]),
  table(
    'statuses',
    ['id', 'name', 'category'].map((name) => field(name)),
  ),
  table('boards', [field('id')]),
  table(
    'board_sprints',
    ['board_id', 'id', 'state', 'name', 'start_date', 'complete_date', 'origin_board_id'].map((name) => field(name)),
  ),
  table('board_configuration', [
    ...['board_id', 'estimation_type', 'estimation_field_id'].map((name) => field(name)),
    field('board_columns', list(struct('name', 'status_ids'))),
  ]),
  table(
    'project_versions',
    ['id', 'name', 'project_id'].map((name) => field(name)),
  ),
];

const secret = { reveal: () => 'never-printed' };
const rest = (auth) => ({
  root: 'https://catalog.example.com',
  catalog: { uri: 'https://catalog.example.com', warehouse: 'lake', auth },
});
const ways = {
  'files on S3': { root: "s3://lake/it's" },
  'files on a compatible store': { root: "s3://lake/it's", s3: { endpoint: 'https://minio.example.com:9000' } },
  'a catalog without login': rest({ type: 'none' }),
  'a catalog with a token': rest({ type: 'bearer', token: secret }),
  'a catalog with OAuth': rest({
    type: 'oauth2',
    clientId: 'me',
    clientSecret: secret,
    scope: 'A:B C:D',
    tokenUrl: 'https://id.example.com/token',
  }),
  Glue: rest({ type: 'sigv4', region: 'eu-central-1', service: 'glue' }),
};
const names = { database: 'JIRA', role: 'ANALYST', awsRole: undefined };
const printed = Object.entries(ways).map(([way, warehouse]) => [
  way,
  [
    ...setup(warehouse, names, tables),
    ...views(names, tables, new Map()),
    ...grants(names, tables),
    ...refresh(warehouse, names, tables),
  ].flatMap(({ statements }) => statements),
]);
console.log(JSON.stringify(Object.fromEntries(printed)));
