import { expect, test } from 'vitest';
import { views } from '../../src/query/snowflake/views.js';
import type { Field } from '../../src/writers/iceberg/model.js';
import type { TableVersion } from '../../src/writers/iceberg/version.js';

const field = (name: string, type: Field['type'] = 'string', doc?: string): Field => ({
  ...{ id: 1, name, type, required: false },
  ...(doc === undefined ? {} : { doc }),
});
const table = (name: string, fields: readonly Field[]): TableVersion =>
  ({
    ...{ namespace: 'acme', name, metadataLocation: `s3://lake/acme/${name}/metadata/v1.metadata.json` },
    schema: { fields: [...fields, field('_synced_at'), field('_deleted_at')] },
    properties: {},
    history: [],
  }) as unknown as TableVersion;
const sprints: Field['type'] = {
  kind: 'list',
  ...{ elementId: 2, elementRequired: false },
  element: { kind: 'struct', fields: ['id', 'name', 'state', 'start_date'].map((name) => field(name)) },
};
const issues = table('issue_search', [field('id'), field('key'), field('customfield_1', sprints, 'Sprint')]);
const names = { database: 'JIRA', role: 'ANALYST', awsRole: undefined };
const issueView = (tables: readonly TableVersion[]) =>
  views(names, tables, new Map())
    .flatMap(({ statements }) => statements)
    .find((statement) => statement.includes('"ACME"."ISSUE" AS'));

test('the present sprint of an issue is told by the states of its boards, where those are read', () => {
  const boards = table('board_sprints', [field('board_id'), field('id'), field('state')]);
  const known = issueView([issues, boards]);
  expect(known).toContain(`COALESCE(GET(n0.found, e:id::VARCHAR)::VARCHAR, e:state::VARCHAR) = 'active'`);
  expect(known).toMatch(
    / "JIRA"\."ACME"\."ISSUE_SEARCH" i CROSS JOIN \(SELECT OBJECT_AGG\(.*"BOARD_SPRINTS" s WHERE .*\) n0$/,
  );
  const alone = issueView([issues]);
  expect(alone).toContain(`e:state::VARCHAR = 'active'`);
  expect(alone).not.toContain('JOIN');
});
