/** A step from one version of a table to the next, in the words of the REST specification (CommitTableRequest). No I/O. */
import type { Snapshot, TableMetadata } from '../../iceberg/metadata.js';

type Step = Readonly<Record<string, unknown>>;

export interface CommitBody {
  /** What must still hold when the service comes to the updates; else it answers 409 and does nothing. */
  readonly requirements: readonly Step[];
  readonly updates: readonly Step[];
}

/** @param next made out of `base`: with a schema, snapshots and properties more, and snapshots less */
export function commitBody(base: TableMetadata, next: TableMetadata): CommitBody {
  const schemaSteps = schemaUpdates(base, next);
  const sortSteps = sortUpdates(base, next);
  const current = base['current-snapshot-id'] ?? -1n;
  return {
    requirements: [
      { type: 'assert-table-uuid', uuid: base['table-uuid'] },
      { type: 'assert-ref-snapshot-id', ref: 'main', 'snapshot-id': current === -1n ? null : current },
      ...(schemaSteps.length === 0 ? [] : schemaRequirements(base)),
      ...(sortSteps.length === 0 ? [] : [sortRequirement(base)]),
    ],
    updates: [
      ...expiredUpdates(base, next),
      ...schemaSteps,
      ...sortSteps,
      ...without(next.snapshots, base.snapshots).flatMap((snapshot) => [
        { action: 'add-snapshot', snapshot },
        { action: 'set-snapshot-ref', 'ref-name': 'main', ...next.refs.main },
      ]),
      ...propertyUpdates(base, next),
    ],
  };
}

/** One by one: older services take no more than one id per update. */
function expiredUpdates(base: TableMetadata, next: TableMetadata): readonly Step[] {
  return without(base.snapshots, next.snapshots).map((snapshot) => ({
    action: 'remove-snapshots',
    'snapshot-ids': [snapshot['snapshot-id']],
  }));
}

function schemaUpdates(base: TableMetadata, next: TableMetadata): readonly Step[] {
  const schemaId = next['current-schema-id'];
  if (schemaId === base['current-schema-id']) return [];
  if (base.schemas.some((schema) => schema['schema-id'] === schemaId))
    return [{ action: 'set-current-schema', 'schema-id': schemaId }];
  const schema = next.schemas.find((candidate) => candidate['schema-id'] === schemaId);
  return [
    { action: 'add-schema', schema, 'last-column-id': next['last-column-id'] },
    // Whatever number the service gave to the one just added.
    { action: 'set-current-schema', 'schema-id': -1 },
  ];
}

function schemaRequirements(base: TableMetadata): readonly Step[] {
  return [
    { type: 'assert-current-schema-id', 'current-schema-id': base['current-schema-id'] },
    { type: 'assert-last-assigned-field-id', 'last-assigned-field-id': base['last-column-id'] },
  ];
}

const DEFAULT_SORT = 'default-sort-order-id';

function sortUpdates(base: TableMetadata, next: TableMetadata): readonly Step[] {
  const orderId = next[DEFAULT_SORT];
  if (orderId === base[DEFAULT_SORT]) return [];
  const has = (metadata: TableMetadata) => ordersOf(metadata).find((order) => order['order-id'] === orderId);
  if (has(base)) return [{ action: 'set-default-sort-order', 'sort-order-id': orderId }];
  return [
    { action: 'add-sort-order', 'sort-order': has(next) },
    // Whatever number the service gave to the one just added.
    { action: 'set-default-sort-order', 'sort-order-id': -1 },
  ];
}

function ordersOf(metadata: TableMetadata): readonly Step[] {
  const orders = metadata['sort-orders'];
  return Array.isArray(orders) ? orders : [];
}

function sortRequirement(base: TableMetadata): Step {
  return { type: 'assert-default-sort-order-id', [DEFAULT_SORT]: base[DEFAULT_SORT] ?? 0 };
}

function propertyUpdates(base: TableMetadata, next: TableMetadata): readonly Step[] {
  const changed = Object.entries(next.properties).filter(([name, value]) => base.properties[name] !== value);
  return changed.length === 0 ? [] : [{ action: 'set-properties', updates: Object.fromEntries(changed) }];
}

function without(snapshots: readonly Snapshot[], others: readonly Snapshot[]): readonly Snapshot[] {
  const ids = new Set(others.map((snapshot) => snapshot['snapshot-id']));
  return snapshots.filter((snapshot) => !ids.has(snapshot['snapshot-id']));
}
