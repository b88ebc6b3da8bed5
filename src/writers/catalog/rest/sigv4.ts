/** Requests signed as AWS's own services want them (Signature Version 4), by AWS's chain: environment, profile, role. */
import { Sha256 } from '@aws-crypto/sha256-js';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { SignatureV4 } from '@smithy/signature-v4';
import { ConnectorError } from '../../../core/errors.js';
import { type Authorizer, noAuth } from '../../../http/authorizer.js';

/** @param service such as `glue` or `s3tables` */
export function sigv4(region: string, service: string): Authorizer {
  const chain = defaultProvider({ clientConfig: { requestHandler: { httpsAgent: { rejectUnauthorized: true } } } });
  const credentials = () =>
    chain().catch((cause: unknown) => {
      const message =
        'No AWS credentials were found for the catalog. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile or a role.';
      throw new ConnectorError('credentials', message, { cause });
    });
  const signer = new SignatureV4({ region, service, credentials, sha256: Sha256 });
  return {
    ...noAuth(),
    async headers({ asked: { method }, url, headers, body }) {
      const signed = await signer.sign({
        method,
        protocol: url.protocol,
        hostname: url.hostname,
        ...(url.port === '' ? {} : { port: Number(url.port) }),
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: { ...headers, host: url.host },
        body,
      });
      // `host` is what the connection itself will say.
      const { host: _, ...rest } = signed.headers;
      return rest;
    },
  };
}
