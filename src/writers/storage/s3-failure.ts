/** What an object store's refusals mean, in words. Neither its answer nor the request (which is signed) is passed on. */
import { S3ServiceException } from '@aws-sdk/client-s3';
import { ConnectorError } from '../../core/errors.js';
import { errorCode, StorageError } from '../../core/files/file-io.js';

const DENIED =
  'access is denied. These credentials need s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject, s3:DeleteObject ' +
  'and s3:AbortMultipartUpload on its objects.';
const WRONG_REGION = 'the bucket lies in another region. Name the right one (`region` under `storage:`).';
const EXPIRED = 'the temporary credentials have expired. Get new ones, then run again.';
const noAnswer = (code: string) =>
  `nobody answers there (${code}). Check the network, and \`endpoint\` under \`storage:\`.`;
const NO_REGION = 'no region is set. Name it (`region` under `storage:`, or AWS_REGION).';

const ADVICE: Readonly<Record<string, string>> = {
  NoSuchBucket: 'there is no such bucket. Create it, or name another one.',
  AccessDenied: DENIED,
  AllAccessDisabled: DENIED,
  InvalidAccessKeyId:
    'the access key is not known there. Check `access_key_id` under `storage:`, or your AWS credentials.',
  SignatureDoesNotMatch:
    'the secret key does not belong to the access key. Check `secret_access_key` under `storage:`.',
  ExpiredToken: EXPIRED,
  InvalidToken: EXPIRED,
  TokenRefreshRequired: EXPIRED,
  RequestTimeTooSkewed: "this machine's clock is wrong by more than 15 minutes. Set it, then run again.",
  PermanentRedirect: WRONG_REGION,
  TemporaryRedirect: WRONG_REGION,
  AuthorizationHeaderMalformed: WRONG_REGION,
  IllegalLocationConstraintException: WRONG_REGION,
  SlowDown: 'the store asks for fewer requests. Run again later.',
  NotImplemented: 'this store lacks what is asked of it. Use another one, or an Iceberg REST catalog.',
  CredentialsProviderError:
    'no credentials were found. Set `access_key_id` and `secret_access_key` under `storage:`, or AWS_ACCESS_KEY_ID and ' +
    'AWS_SECRET_ACCESS_KEY, a profile, or a role of this machine.',
  ECONNREFUSED: noAnswer('ECONNREFUSED'),
  ENOTFOUND: noAnswer('ENOTFOUND'),
  EAI_AGAIN: noAnswer('EAI_AGAIN'),
  EHOSTUNREACH: noAnswer('EHOSTUNREACH'),
  ETIMEDOUT: noAnswer('ETIMEDOUT'),
};

/** Answers to HEAD have no body, hence no code. */
const BY_STATUS: Readonly<Record<number, string>> = { 301: WRONG_REGION, 307: WRONG_REGION, 403: DENIED };

/** The HTTP status of a refusal; undefined when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

/** Whether there is no such object. Without a body, as for HEAD, a missing bucket looks the same. */
export function isAbsent(error: unknown): boolean {
  return statusOf(error) === 404 && error instanceof Error && error.name !== 'NoSuchBucket';
}

/** Whether a request surely changed nothing: it was refused at the first attempt, or could not even be signed. */
export function isRefused(error: unknown): boolean {
  if (isUnsigned(error)) return true;
  const status = statusOf(error) ?? 500;
  // 409: a conditional put met another one under way; 408 and 429 are for proxies, whose word on the outcome is not final.
  const clear = status >= 300 && status < 500 && ![408, 409, 429].includes(status);
  return clear && error instanceof S3ServiceException && (error.$metadata.attempts ?? 1) === 1;
}

/** @param Failure which error to make of it */
export function s3Failure(
  what: string,
  error: unknown,
  Failure: new (what: string, cause: unknown) => StorageError = StorageError,
): ConnectorError {
  if (error instanceof ConnectorError) return error;
  const code = codeOf(error);
  const words = (code && ADVICE[code]) ?? BY_STATUS[statusOf(error) ?? 0];
  if (words !== undefined) return new Failure(what, plain(words, code));
  if (isMissingRegion(error)) return new Failure(what, plain(NO_REGION, undefined));
  if (error instanceof S3ServiceException)
    return new Failure(what, plain(`the store answered ${statusOf(error) ?? 'unclearly'} (${error.name}).`, code));
  return new Failure(what, error);
}

function plain(words: string, code: string | undefined): Error {
  // StorageError ends the sentence itself.
  return Object.assign(new Error(words.replace(/\.$/, '')), code === undefined ? {} : { code });
}

function codeOf(error: unknown): string | undefined {
  const isNamed = error instanceof S3ServiceException || isUnsigned(error);
  return isNamed && error instanceof Error ? error.name : errorCode(error);
}

function isUnsigned(error: unknown): boolean {
  return error instanceof Error && (error.name === 'CredentialsProviderError' || isMissingRegion(error));
}

const isMissingRegion = (error: unknown) => error instanceof Error && error.message === 'Region is missing';
