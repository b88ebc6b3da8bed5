/** The client of an object store: its address, who we are to it, and how long it is waited for. */
import { S3Client } from '@aws-sdk/client-s3';
import type { S3Settings } from './warehouse-settings.js';

/** Credentials that somebody else hands out for a while. */
export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

export type CredentialSource = () => Promise<TemporaryCredentials>;

/** Attempts of one request; between them the client waits for a short, growing while. */
const ATTEMPTS = 4;

/** Milliseconds. A whole request may take long on a slow line; a silent one is dead. */
const TIMEOUTS = { connectionTimeout: 10_000, socketTimeout: 60_000, requestTimeout: 300_000 };
/** Said, not left to the default: NODE_TLS_REJECT_UNAUTHORIZED=0 would turn that off. */
const CHECKED = { httpsAgent: { rejectUnauthorized: true } };

/** @param source of credentials; undefined: the settings' own, or AWS's chain (environment, profile, role of the machine) */
export function s3Client(settings: S3Settings, source?: CredentialSource): S3Client {
  const credentials = source ?? ownCredentials(settings);
  // Servers that are not AWS have no regions, but a signature needs the name of one.
  const region = settings.region ?? (settings.endpoint === undefined ? undefined : 'us-east-1');
  return new S3Client({
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
    ...(region === undefined ? {} : { region }),
    ...(credentials === undefined ? {} : { credentials }),
    forcePathStyle: settings.pathStyle ?? false,
    followRegionRedirects: true,
    maxAttempts: ATTEMPTS,
    // A server that does not know the header would be waited for as long as a whole request may take.
    expectContinueHeader: false,
    // Many servers know nothing of the checksums that AWS has added since.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { ...TIMEOUTS, ...CHECKED, throwOnRequestTimeout: true },
  });
}

function ownCredentials({ credentials }: S3Settings): TemporaryCredentials | undefined {
  if (credentials === undefined) return undefined;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return {
    accessKeyId,
    secretAccessKey: secretAccessKey.reveal(),
    ...(sessionToken === undefined ? {} : { sessionToken: sessionToken.reveal() }),
  };
}
