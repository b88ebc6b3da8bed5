// Writes a small warehouse, and what `export` and `publish` make of it, with the rows that readers must find in `expected.json`.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openWarehouse } from '../../dist/src/writers/warehouse.js';

const folder = process.argv[2];
const connector = join(import.meta.dirname, '../../dist/bin/connector.js');

const TEXTS = [
  '=HYPERLINK("http://x","y")',
  'two\nlines, "quoted", and \'single\' ; -- \\ %',
  '\u202eright to left\u202c \u{1f680} ä \ud83d\udc69\u200d\ud83d\udcbb',
  '-1+1',
  'NUL \u0000 and bell \u0007',
  'x'.repeat(40_000),
  '',
];
const issues = TEXTS.map((summary, at) => ({
  id: String(at + 1),
  key: `A-${at + 1}`,
  summary,
  time_spent_seconds: BigInt(at * 3600),
  time_estimate: at === 0 ? 9_223_372_036_854_775_807n : null,
  due_date: '2024-02-29',
  created: '2024-02-29T23:59:59.123456Z',
  labels: at === 1 ? [] : ['a', "b'c"],
  customfield_10001: { id: '7', value: `It's "so"` },
  customfield_10002: at / 4,
  _extra: null,
}));
const comment = (id, more) => ({
  id,
  issue_id: '1',
  body_text: `of ${id}`,
  visibility_type: null,
  jsd_public: true,
  _extra: null,
  ...more,
});
const comments = [comment('1'), comment('2', { visibility_type: 'role' }), comment('3', { jsd_public: false })];

async function write(name, columns, rows) {
  const writer = await openWarehouse({ root: join(folder, 'warehouse'), runId: `run-${name}` });
  const spec = { namespace: 'acme', name, doc: name, mode: 'merge', primaryKey: ['id'], columns };
  const table = await writer.open(spec);
  await table.write(rows);
  await table.commit({ state: { v: 1, site: 'https://acme.example.com' }, runId: `run-${name}`, batch: 1 });
  await writer.close();
}

const text = (name, doc) => ({ name, type: 'string', ...(doc ? { doc } : {}) });
await write(
  'issue_search',
  [
    text('id', 'Id of the issue.'),
    ...['key', 'summary'].map((name) => text(name)),
    ...['time_spent_seconds', 'time_estimate'].map((name) => ({ name, type: 'long' })),
    { name: 'due_date', type: 'date' },
    { name: 'created', type: 'timestamptz' },
    { name: 'labels', type: { list: 'string' } },
    { name: 'customfield_10001', type: { struct: [text('id'), text('value')] }, doc: `Who's "it"` },
    { name: 'customfield_10002', type: 'double', doc: 'Points' },
  ],
  issues,
);
await write(
  'issue_comments',
  [
    ...['id', 'issue_id', 'body_text', 'visibility_type'].map((name) => text(name)),
    { name: 'jsd_public', type: 'boolean' },
  ],
  comments,
);

const run = (...argv) =>
  execFileSync(process.execPath, [
    connector,
    ...argv,
    '--warehouse',
    join(folder, 'warehouse'),
    '--log-level',
    'error',
  ]);
for (const format of ['csv', 'ndjson', 'json', 'xlsx', 'parquet'])
  run(
    'export',
    'issue_search',
    '--format',
    format,
    '--out',
    join(folder, `issues.${format}`),
    ...(format === 'csv' ? ['--raw'] : []),
  );
for (const restricted of ['omit', 'mask', 'include'])
  run('publish', join(folder, `${restricted}.duckdb`), '--restricted', restricted);

const plain = (_key, value) => (typeof value === 'bigint' ? String(value) : value);
writeFileSync(join(folder, 'expected.json'), JSON.stringify({ issues, comments }, plain));
