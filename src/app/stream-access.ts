/** Which streams an account can probably read, judged by its global permissions and by the products that the site shows it. */
import { PRODUCT_NAMES, type Product } from '../runtime/streams/kinds.js';
import type { Stream } from '../runtime/streams/registry.js';

/** Permissions `check` asks about: each decides for a family of streams. */
export const PROBED_PERMISSIONS = ['BROWSE_PROJECTS', 'ADMINISTER', 'USER_PICKER'] as const;
export type ProbedPermission = (typeof PROBED_PERMISSIONS)[number];

export interface AccountAccess {
  readonly permissions: ReadonlySet<ProbedPermission>;
  /** The products beside Jira itself that can be asked for. */
  readonly products: ReadonlySet<Product>;
}

/** How a stream file words its permission -> any of these is enough. The first match counts. */
const FAMILIES: readonly (readonly [wording: RegExp, anyOf: readonly ProbedPermission[]])[] = [
  [/^Administer Jira$/, ['ADMINISTER']],
  [/^Browse users and groups/, ['USER_PICKER', 'ADMINISTER']],
  [/^Browse projects|^Administer projects/, ['BROWSE_PROJECTS', 'ADMINISTER']],
];

/** Null when nothing stands in the way, else what is missing. */
export function obstacle(stream: Stream, access: AccountAccess): string | null {
  const { product, permission } = stream.needs;
  if (product !== 'jira' && !access.products.has(product))
    return `the site shows no ${PRODUCT_NAMES[product]} to this account`;
  const needed = FAMILIES.find(([wording]) => wording.test(permission))?.[1];
  if (needed === undefined || needed.some((name) => access.permissions.has(name))) return null;
  return `needs: ${permission}`;
}
