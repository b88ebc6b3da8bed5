// Our next commit on a table that another tool has written to. Prints what we found before it and what we made, as JSON.
import { openCatalog } from '../../dist/src/writers/catalog/open-catalog.js';
import { openWarehouse } from '../../dist/src/writers/warehouse.js';
import { keyOf, partitioned, row, wider } from './table-specs.mjs';

const [root, name, ...changed] = process.argv.slice(2);
// In a partitioned table the rows come from the month of others into another one, and into another project.
const [declared, more] = name.startsWith('partitioned') ? [partitioned, { project: 'moved' }] : [wider, {}];
const spec = { ...declared, name };

async function look() {
  const { catalog } = await openCatalog({ root });
  const version = await catalog.load(spec.namespace, name);
  const { data, deletes } = await catalog.files(version);
  const rows = (files) => files.reduce((sum, file) => sum + file.records, 0);
  return {
    version: version.metadataLocation,
    snapshot: version.currentSnapshotId,
    columns: version.schema.fields.map((field) => field.name),
    data: { files: data.length, rows: rows(data) },
    deletes: { files: deletes.length, rows: rows(deletes) },
  };
}

const before = await look();
const runId = `after-${before.snapshot}`;
const writer = await openWarehouse({ root, runId });
const table = await writer.open(spec);
const { state } = table;
await table.write(changed.map((number) => row(Number(number), { number: 777, ...more })));
table.mark({ reason: 'vanished', where: { column: 'id', in: [keyOf(1)] }, exceptBatch: true });
const committed = await table.commit({ state: { after: name }, runId, batch: 1 });
await writer.close();
console.log(JSON.stringify({ state, before, committed, after: await look() }));
