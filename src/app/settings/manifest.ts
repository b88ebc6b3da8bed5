/** The language of connector.yaml: what the connector is and how it behaves, the same for every user. */
import { z } from 'zod';
import { durationMs } from '../../core/duration.js';
import { parseYaml } from '../../core/yaml-file.js';
import type { SiteLimits } from '../../http/client.js';
import { CREDENTIAL_KINDS } from '../../runtime/streams/kinds.js';
import { type PackageFile, readPackageFile } from './package-files.js';

/** `10s` -> 10000. */
const duration = z
  .string()
  .regex(/^[1-9][0-9]*(ms|s|m|h)$/, 'must be a duration such as 500ms, 10s or 5m')
  .transform(durationMs);

const retrySchema = z.strictObject({
  statuses: z.array(z.int().min(400).max(599)).min(1),
  /** Of proxies on the way to the site. */
  passing_statuses: z.array(z.int().min(400).max(599)),
  /** Tries in all, the first one included. */
  tries: z.int().min(1).max(20),
  /** Of answers that are broken: cut off, badly encoded, empty. */
  tries_when_broken: z.int().min(1).max(20),
  first_wait: duration,
  longest_wait: duration,
  /** A Retry-After beyond this ends the run with `later`. */
  longest_retry_after: duration,
  /** The same of `check`, before which a person sits. */
  of_check: z.strictObject({ tries: z.int().min(1).max(20), longest_retry_after: duration, attempt: duration }),
});

const rateSchema = z.strictObject({
  requests_per_second: z.number().gt(0).max(100),
  /** Requests under way. */
  at_once: z.int().min(1).max(16),
  /** After `X-RateLimit-NearLimit: true`. */
  near_limit: z.strictObject({ share: z.number().gt(0).max(1), for: duration }),
});

export const manifestSchema = z.strictObject({
  name: z.string(),
  version: z.string(),
  title: z.string(),
  docs: z.url({ protocol: /^https$/ }),
  auth: z.array(z.strictObject({ kind: z.enum(CREDENTIAL_KINDS), needs: z.array(z.string()).min(1) })).min(1),
  credential_check: z.string().regex(/^GET \/[A-Za-z0-9/]+$/, 'must be GET and a path'),
  rate: rateSchema,
  retry: retrySchema,
  timeouts: z.strictObject({ connect: duration, headers: duration, body: duration, attempt: duration }),
  caps: z.strictObject({ response_bytes: z.int().min(1024) }),
  commit_rows: z.int().min(1),
  commit_after: duration,
  /** Keys that hold addresses and no data; left out of `_extra`. */
  links: z.array(z.string()),
});

/** Durations are in milliseconds. */
export type Manifest = z.infer<typeof manifestSchema>;

/** @throws ConnectorError kind `usage` with file:line. */
export function loadManifest(source: PackageFile = readPackageFile('connector.yaml')): Manifest {
  const words = [
    manifestSchema,
    rateSchema,
    retrySchema,
    retrySchema.shape.of_check,
    manifestSchema.shape.timeouts,
    manifestSchema.shape.caps,
  ].flatMap((schema) => Object.keys(schema.shape));
  return parseYaml(source.file, source.text, manifestSchema, words).value;
}

/** How `check` asks, and the plan before a sync that somebody watches: a host that does not answer, or not yet, is given up soon. */
export function hastyLimits(manifest: Manifest): SiteLimits {
  const { retry, timeouts, ...limits } = siteLimits(manifest);
  const { tries, longest_retry_after, attempt } = manifest.retry.of_check;
  return {
    ...limits,
    retry: { ...retry, tries, triesWhenBroken: tries, longestAskedWaitMs: longest_retry_after },
    timeouts: { ...timeouts, headers: timeouts.connect, body: timeouts.connect, attempt },
  };
}

/** How sites are asked, in the words of whoever asks them. */
export function siteLimits({ retry, rate, timeouts, caps }: Manifest): SiteLimits {
  return {
    retry: {
      statuses: [...retry.statuses, ...retry.passing_statuses],
      tries: retry.tries,
      triesWhenBroken: retry.tries_when_broken,
      firstWaitMs: retry.first_wait,
      longestWaitMs: retry.longest_wait,
      longestAskedWaitMs: retry.longest_retry_after,
    },
    nearLimit: { share: rate.near_limit.share, forMs: rate.near_limit.for },
    timeouts,
    maxBytes: caps.response_bytes,
  };
}
