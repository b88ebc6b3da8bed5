/** connector.yaml describes the connector; what it says must be what the code does. */
import { expect, test } from 'vitest';
import { loadManifest, siteLimits } from '../../../src/app/settings/manifest.js';
import { ENGINE } from '../../../src/core/engine.js';
import { MYSELF } from '../../../src/http/login-check.js';
import { CREDENTIAL_KINDS } from '../../../src/runtime/streams/kinds.js';

const manifest = loadManifest();

test('the credential check is the one that is asked', () => expect(manifest.credential_check).toBe(`GET ${MYSELF}`));

test('the kinds of credentials are those that the settings take', () => {
  expect(manifest.auth.map(({ kind }) => kind)).toEqual(CREDENTIAL_KINDS);
});

test('the version is the package’s', () => expect(manifest.version).toBe(ENGINE.version));

test('the promises of the design: 5 requests a second, 8 tries, 60 s between them', () => {
  expect(manifest.rate.requests_per_second).toBe(5);
  expect(manifest.retry).toMatchObject({ tries: 8, longest_wait: 60_000, statuses: [429, 500, 502, 503, 504] });
});

test('what it says of asking is what sites are asked with', () => {
  expect(siteLimits(manifest)).toEqual({
    retry: {
      statuses: [429, 500, 502, 503, 504, 408, 425, 520, 521, 522, 523, 524, 527, 529, 530],
      tries: 8,
      triesWhenBroken: 3,
      firstWaitMs: 2000,
      longestWaitMs: 60_000,
      longestAskedWaitMs: 15 * 60_000,
    },
    nearLimit: { share: 0.5, forMs: 10_000 },
    timeouts: { connect: 10_000, headers: 60_000, body: 60_000, attempt: 300_000 },
    maxBytes: 64 * 1024 * 1024,
  });
});
