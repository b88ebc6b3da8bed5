/** Where tables live, as settings: the place of their files, and the catalog that says which version counts. */
import type { Secret } from '../../core/secret.js';
import type { Network } from '../../http/agent.js';

export interface WarehouseSettings {
  /** Absolute path of a folder or `s3://bucket/prefix`, without a trailing slash; with a REST catalog its address. */
  readonly root: string;
  readonly s3?: S3Settings | undefined;
  /** Undefined: the files themselves are the catalog. */
  readonly catalog?: RestCatalogSettings | undefined;
  /** Absolute path of the local folder for copies of remote files and rows under way; remote warehouses need it. */
  readonly cache?: string | undefined;
}

export interface S3Settings {
  /** Undefined: AWS. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** Bucket names in the path instead of the host name; most servers that are not AWS need it. */
  readonly pathStyle?: boolean | undefined;
  /** Undefined: AWS's own chain (environment, profile, role of the machine). */
  readonly credentials?: S3Credentials | undefined;
}

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly sessionToken?: Secret | undefined;
}

export interface RestCatalogSettings {
  /** Of the REST service, without `/v1`. */
  readonly uri: string;
  /** The service's own name of the warehouse, when it has several. */
  readonly warehouse?: string | undefined;
  readonly auth: CatalogAuth;
  /** The way there; undefined: straight, with the authorities that Node trusts. */
  readonly network?: Network | undefined;
}

export type CatalogAuth =
  | { readonly type: 'none' }
  | { readonly type: 'bearer'; readonly token: Secret }
  | {
      readonly type: 'oauth2';
      readonly clientId: string;
      readonly clientSecret: Secret;
      readonly scope?: string | undefined;
      /** Undefined: the service's own `/v1/oauth/tokens`. */
      readonly tokenUrl?: string | undefined;
    }
  /** Requests signed as AWS's services want them (Glue, S3 Tables), by AWS's own chain of credentials. */
  | { readonly type: 'sigv4'; readonly region: string; readonly service: string };

/** Whether the tables' files lie on another machine. */
export function isRemote({ root, catalog }: WarehouseSettings): boolean {
  return catalog !== undefined || root.startsWith('s3://');
}
