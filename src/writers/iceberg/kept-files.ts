/**
 * Tables whose files others need: a catalog such as Nessie keeps tags and branches of its own, which no metadata file names.
 * It says so by a property of the table (Iceberg's `gc.enabled`).
 */

const MAY_COLLECT = 'gc.enabled';
const SERVICE_REMOVES = 'write.metadata.delete-after-commit.enabled';

type Properties = Readonly<Record<string, string>>;

/** Whether no file that a version ever named may be removed. As Iceberg reads the property, anything but `true` forbids it. */
export function keepsEveryFile(properties: Properties): boolean {
  return (properties[MAY_COLLECT] ?? 'true').toLowerCase() !== 'true';
}

/** Why a step of upkeep removed nothing. */
export const KEPT_FILES = `the table says ${MAY_COLLECT}=false: the catalog's own tool removes what nobody needs`;

/** A catalog service writes the metadata files, so it has to bound their number as well. */
export const SERVICE_TIDIES: Properties = { [SERVICE_REMOVES]: 'true' };

/** What a commit must take back, so that the service does not remove metadata files of such a table. */
export function withoutTidying(properties: Properties): Properties {
  return keepsEveryFile(properties) && properties[SERVICE_REMOVES] === 'true' ? { [SERVICE_REMOVES]: 'false' } : {};
}
