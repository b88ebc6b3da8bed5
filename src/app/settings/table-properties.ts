/** Iceberg's own properties of tables that settings may give: names, and what their values look like. */

const COUNT = { shape: /^[1-9]\d{0,17}$/, expected: 'a whole number above 0' };
const SWITCH = { shape: /^(true|false)$/, expected: 'true or false' };
const MODE = { shape: /^(copy-on-write|merge-on-read)$/, expected: 'copy-on-write or merge-on-read' };
const TEXT = { shape: /^.{1,1000}$/, expected: 'a text of one line' };

/** Those that this connector keeps to (`gc.enabled`, versions of metadata) and those that other engines read. */
const PROPERTIES: Readonly<Record<string, { readonly shape: RegExp; readonly expected: string }>> = {
  owner: TEXT,
  'gc.enabled': SWITCH,
  'write.metadata.previous-versions-max': COUNT,
  'history.expire.max-snapshot-age-ms': COUNT,
  'history.expire.min-snapshots-to-keep': COUNT,
  'history.expire.max-ref-age-ms': COUNT,
  'read.split.target-size': COUNT,
  'read.split.metadata-target-size': COUNT,
  'read.split.planning-lookback': COUNT,
  'read.split.open-file-cost': COUNT,
  'read.parquet.vectorization.batch-size': COUNT,
  'write.distribution-mode': { shape: /^(none|hash|range)$/, expected: 'none, hash or range' },
  'write.delete.mode': MODE,
  'write.update.mode': MODE,
  'write.merge.mode': MODE,
};

/** Names of one's own begin so. */
const OWN = /^user\.[a-z0-9][a-z0-9_.-]{0,99}$/;

export const TABLE_PROPERTIES = Object.keys(PROPERTIES);

/** What is wrong with a property, as the end of a sentence that begins with its name; null: nothing. */
export function wrongProperty(name: string, value: string): string | null {
  const rule = OWN.test(name) ? TEXT : PROPERTIES[name];
  if (name === 'write.target-file-size-bytes') return 'is said by `target_file_size`';
  if (!rule) return 'is no property that can be set here; names of your own begin with `user.`';
  return rule.shape.test(value) ? null : `must be ${rule.expected}`;
}
